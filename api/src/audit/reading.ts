import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import { type AuditEntry, type AuditFilter, matches } from './model.ts'

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[]
  /** Go on before this one; null when there is nothing older. May be further than the last entry: what lies between does not match. */
  readonly next: number | null
}

export interface ReadingDeps {
  readonly database: Database
  readonly provider: DatabaseProvider
  readonly clock: Clock
}

/** Entries looked through by the first statement; more by the next ones while they are quick. */
const firstStretch = 2_000
const longestStretch = 200_000
/** A statement that takes less, in milliseconds, may be followed by one over twice as many. */
const quick = 25
/** A page comes after this time, short or empty as it may be, in milliseconds: a search must not hold up everybody else. */
const patience = 250

type Where = NonNullable<NonNullable<Parameters<Database['auditEntry']['findMany']>[0]>['where']>

/** One page of what matches, entries before `before` only. Looks through the log in stretches, so that none of its statements is long. */
export async function readPage(
  { database, provider, clock }: ReadingDeps,
  filter: AuditFilter,
  { before, limit, own }: { before: number | null; limit: number; own?: Where },
): Promise<AuditPage> {
  const chain = await database.auditChain.findUnique({ where: { id: 1 } })
  const lowest = chain?.prunedSequence ?? 0
  const conditions = [...conditionsOf(filter, provider), ...(own ? [own] : [])]
  const entries: AuditEntry[] = []
  const start = clock.monotonic()
  let top = Math.min(before ?? Number.MAX_SAFE_INTEGER, (chain?.headSequence ?? 0) + 1)
  let stretch = conditions.length === 0 ? longestStretch : firstStretch
  while (top > lowest + 1) {
    const floor = Math.max(lowest, top - 1 - stretch)
    const began = clock.monotonic()
    const take = limit - entries.length
    const rows: AuditEntry[] = await database.auditEntry.findMany({
      where: { AND: [{ sequence: { lt: top, gt: floor } }, ...conditions] },
      orderBy: { sequence: 'desc' },
      take,
    })
    entries.push(...rows.filter((row) => matches(filter, row)))
    top = rows.length < take ? floor + 1 : (rows.at(-1)?.sequence ?? floor + 1)
    if (entries.length >= limit || clock.monotonic() - start > patience) break
    if (clock.monotonic() - began < quick) stretch = Math.min(stretch * 2, longestStretch)
    await new Promise(setImmediate)
  }
  return { entries, next: top > lowest + 1 ? top : null }
}

/** At least what matches; `matches` decides. */
function conditionsOf({ actor, actions, address, keyId, result, since, target, until }: AuditFilter, provider: DatabaseProvider): Where[] {
  const holds = (text: string) => ({ contains: pattern(text), ...(provider === 'postgresql' ? { mode: 'insensitive' } : {}) })
  const conditions: Where[] = []
  if (actor !== undefined) conditions.push({ OR: [{ actorId: actor }, { actorName: holds(actor) }] })
  if (actions)
    conditions.push({ OR: actions.map((action) => ({ action: action.endsWith('.') ? { startsWith: pattern(action) } : action })) })
  if (target !== undefined) conditions.push({ target: holds(target) })
  if (result !== undefined) conditions.push({ result: result === 'refused' ? { not: 'ok' } : result })
  if (address !== undefined) conditions.push({ address })
  if (keyId !== undefined) conditions.push({ keyId })
  if (since || until) conditions.push({ at: { ...(since ? { gte: since } : {}), ...(until ? { lt: until } : {}) } })
  return conditions
}

/**
 * For LIKE, in which `%` and `_` stand for anything: SQLite knows upper and lower case of ASCII only, and PostgreSQL takes a
 * backslash for a sign of its own, so these stand for anything too.
 */
function pattern(text: string): string {
  return [...text].map((letter) => (/[ -[\]-~]/.test(letter) ? letter : '_')).join('')
}
