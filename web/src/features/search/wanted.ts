import type { FileKind, SearchFilter } from '../../graphql/generated/graphql'
import { cleanPath, ROOT } from '../files/path'

export const kinds = ['FOLDER', 'IMAGE', 'VIDEO', 'AUDIO', 'DOCUMENT', 'ARCHIVE', 'CODE'] as const satisfies readonly FileKind[]
/** At least so many bytes. */
export const sizes = { mega: 1e6, hundredMega: 1e8, giga: 1e9 } as const
/** Changed within so many seconds. */
export const times = { day: 86_400, week: 7 * 86_400, month: 30 * 86_400, year: 365 * 86_400 } as const

/** What is looked for, as it stands in the address. Empty texts are not there. */
export interface Wanted {
  query: string
  kind: FileKind | ''
  size: keyof typeof sizes | ''
  time: keyof typeof times | ''
  /** Only below this folder; the top for everywhere. */
  folder: string
}

/** As long as the server takes it. */
export const longestQuery = 200

export function parseWanted(search: URLSearchParams): Wanted {
  const [kind, size, time] = ['kind', 'size', 'time'].map((name) => search.get(name) ?? '')
  return {
    query: (search.get('q') ?? '').slice(0, longestQuery),
    kind: kinds.find((each) => each.toLowerCase() === kind) ?? '',
    size: Object.hasOwn(sizes, size ?? '') ? (size as Wanted['size']) : '',
    time: Object.hasOwn(times, time ?? '') ? (time as Wanted['time']) : '',
    folder: cleanPath(search.get('in')),
  }
}

export function searchHref({ query, kind = '', size = '', time = '', folder = ROOT }: Partial<Wanted>): string {
  const search = new URLSearchParams()
  if (query) search.set('q', query)
  if (kind) search.set('kind', kind.toLowerCase())
  if (size) search.set('size', size)
  if (time) search.set('time', time)
  if (folder !== ROOT) search.set('in', folder)
  const text = search.toString().replaceAll('%2F', '/')
  return text ? `/search?${text}` : '/search'
}

/** As the graph takes it. Times are counted from `now`. */
export function graphFilter({ kind, size, time, folder }: Wanted, now: number): SearchFilter {
  return {
    ...(kind ? { kind } : {}),
    ...(size ? { minimumSize: sizes[size] } : {}),
    ...(time ? { modifiedSince: new Date(now - times[time] * 1_000).toISOString() } : {}),
    ...(folder === ROOT ? {} : { folder }),
  }
}
