import type { AuditFilter } from '../../graphql/generated/graphql'

export const domains = [
  'access',
  'auth',
  'users',
  'groups',
  'invitations',
  'jobs',
  'keys',
  'files',
  'trash',
  'versions',
  'integrity',
  'settings',
  'services',
  'audit',
  'database',
  'schedules',
] as const
export const ranges = { hour: 3_600, day: 86_400, week: 7 * 86_400, month: 30 * 86_400 } as const
export type Range = keyof typeof ranges

/** What of the log is looked at, as it stands in the address. Empty texts are not there. */
export interface Wanted {
  target: string
  actor: string
  address: string
  /** A domain (`files`), or one action (`files.delete`). */
  action: string
  /** `ok`, `refused` or a code. */
  result: string
  range: Range | ''
  key: string
  /** Sequence of the entry whose details are shown. */
  entry: number | null
}

const texts = ['target', 'actor', 'address', 'action', 'result', 'key'] as const
/** As much as the server takes. */
const longest = 256

export function parseWanted(search: URLSearchParams): Wanted {
  const text = (name: string) => (search.get(name) ?? '').slice(0, longest)
  const range = text('range')
  const entry = Number(text('entry'))
  return {
    ...(Object.fromEntries(texts.map((name) => [name, text(name)])) as Record<(typeof texts)[number], string>),
    range: Object.hasOwn(ranges, range) ? (range as Range) : '',
    entry: Number.isInteger(entry) && entry > 0 && entry < 2 ** 31 - 1 ? entry : null,
  }
}

export function addressOf(wanted: Wanted): string {
  const search = new URLSearchParams()
  for (const name of [...texts, 'range'] as const) if (wanted[name]) search.set(name, wanted[name])
  if (wanted.entry) search.set('entry', String(wanted.entry))
  const text = search.toString()
  return text ? `/audit?${text}` : '/audit'
}

/** How many conditions there are. */
export function countOf(wanted: Wanted): number {
  return [...texts, 'range' as const].filter((name) => wanted[name] !== '').length
}

/** As the graph takes it. A range is counted from `now`. */
export function graphFilter(wanted: Wanted, now: number): AuditFilter {
  const { action, actor, address, key, range, result, target } = wanted
  return {
    ...(target ? { target } : {}),
    ...(actor ? { actor } : {}),
    ...(address ? { address } : {}),
    ...(action ? { actions: [action.includes('.') ? action : `${action}.`] } : {}),
    ...(result ? { result } : {}),
    ...(key ? { keyId: key } : {}),
    ...(range ? { since: new Date(now - ranges[range] * 1_000).toISOString() } : {}),
  }
}

/** Where the same can be had as a file. */
export function exportAddress(filter: AuditFilter, format: 'csv' | 'jsonl'): string {
  const search = new URLSearchParams({ format })
  for (const [name, value] of Object.entries(filter)) if (value) search.set(name, String(value))
  return `/audit/export?${search}`
}
