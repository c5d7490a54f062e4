import { join, raw, type Sql, sqltag as sql } from '@prisma/client/runtime/client'
import type { DatabaseProvider } from '../platform/db.ts'
import { requireColumn, type Shown, type TableEntry } from './allow-list.ts'
import { compared, named } from './conditions.ts'
import { CursorInvalid, SortNotOffered } from './errors.ts'
import type { Order } from './model.ts'
import { fromPosition, type Parameter, toParameter, toPosition } from './values.ts'

/** Up to so many rows a table is counted exactly, and can be sorted by what has no index. */
export const countedUpTo = 100_000

/** An order in which every row has one place: by a column, then by the primary key. */
export interface Plan {
  readonly table: TableEntry
  readonly direction: 'ASC' | 'DESC'
  /** Null for the order of the primary key. */
  readonly by: Shown | null
  readonly key: readonly Shown[]
  /** Whether an index serves it: else the database sorts all rows for each page. */
  readonly indexed: boolean
  readonly provider: DatabaseProvider
}

/** Rows that are sorted by the same columns: those without a value, which both databases put elsewhere, stand for themselves. */
export interface Section {
  readonly isEmpty: boolean | null
  readonly terms: readonly Shown[]
}

/** The place of a row. */
export interface Position {
  readonly isEmpty: boolean | null
  readonly values: readonly Parameter[]
}

export function isIndexed(table: TableEntry, { kind, name }: Shown, provider: DatabaseProvider): boolean {
  if (table.key[0] === name) return true
  // Of texts and words PostgreSQL's indexes have an order of their own.
  return table.indexed.includes(name) && (provider === 'sqlite' || (kind !== 'text' && kind !== 'choice'))
}

export function isSortable(table: TableEntry, column: Shown, provider: DatabaseProvider, isShort: boolean): boolean {
  return column.kind !== 'json' && (isShort || isIndexed(table, column, provider))
}

/** Throws COLUMN_NOT_OFFERED, SORT_NOT_OFFERED. `isShort` is only asked when it matters. */
export async function planOf(
  table: TableEntry,
  order: Order | null,
  provider: DatabaseProvider,
  isShort: () => Promise<boolean>,
): Promise<Plan> {
  const key = table.key.map((name) => requireColumn(table, name, 'orderBy'))
  const direction = order?.direction ?? 'ASC'
  const by = order === null ? null : requireColumn(table, order.column, 'orderBy')
  if (by === null || (key.length === 1 && key[0]?.name === by.name)) return { table, direction, by: null, key, indexed: true, provider }
  if (by.kind === 'json') throw new SortNotOffered('JSON has no order.')
  const indexed = isIndexed(table, by, provider)
  if (!indexed && !(await isShort()))
    throw new SortNotOffered(`The table has more than ${countedUpTo} rows: it can be sorted by columns with an index only.`)
  return { table, direction, by, key, indexed, provider }
}

export function sectionsOf({ by, direction, key }: Plan): Section[] {
  if (by === null) return [{ isEmpty: null, terms: key }]
  const filled = [by, ...key.filter(({ name }) => name !== by.name)]
  if (!by.optional) return [{ isEmpty: null, terms: filled }]
  const sections = [
    { isEmpty: true, terms: key },
    { isEmpty: false, terms: filled },
  ]
  return direction === 'ASC' ? sections : sections.reverse()
}

/** The condition for a section, null where it is the whole table. */
export function within({ by }: Plan, { isEmpty }: Section): Sql | null {
  if (by === null || isEmpty === null) return null
  return isEmpty ? sql`${named(by)} IS NULL` : sql`${named(by)} IS NOT NULL`
}

export function orderBy({ direction, provider }: Plan, { terms }: Section): Sql {
  return join(
    terms.map((term) => sql`${compared(term, provider)} ${raw(direction)}`),
    ', ',
  )
}

/** The condition for what stands behind a position (`after`), or up to it and with it (`upTo`). */
export function beside({ direction, provider }: Plan, { terms }: Section, { values }: Position, side: 'after' | 'upTo'): Sql {
  const ascending = direction === 'ASC'
  const than = raw(side === 'after' ? (ascending ? '>' : '<') : ascending ? '<=' : '>=')
  const columns = terms.map((term) => compared(term, provider))
  const [only] = columns
  if (only && columns.length === 1) return sql`${only} ${than} ${values[0]}`
  return sql`(${join(columns)}) ${than} (${join([...values])})`
}

type Raw = Readonly<Record<string, unknown>>

export function positionOf({ by, provider }: Plan, { terms }: Section, row: Raw): Position {
  const isEmpty = by?.optional ? row[by.name] === null : null
  return { isEmpty, values: terms.map((term) => toParameter(term, row[term.name], provider)) }
}

/** Opaque for clients; holds nothing but values of columns that are shown. */
export function cursorOf({ by, direction, table }: Plan, { terms }: Section, row: Raw): string {
  const isEmpty = by?.optional ? row[by.name] === null : null
  const values = terms.map((term) => toPosition(term, row[term.name]))
  return Buffer.from(JSON.stringify([table.name, by?.name ?? null, direction, isEmpty, ...values])).toString('base64url')
}

/** Throws CURSOR_INVALID for what is not a cursor of this table in this order. */
export function parseCursor(plan: Plan, text: string): Position {
  let parts: unknown
  try {
    parts = JSON.parse(Buffer.from(text, 'base64url').toString())
  } catch {
    throw new CursorInvalid()
  }
  if (!Array.isArray(parts)) throw new CursorInvalid()
  const [table, by, direction, isEmpty, ...given] = parts as unknown[]
  if (table !== plan.table.name || by !== (plan.by?.name ?? null) || direction !== plan.direction) throw new CursorInvalid()
  const section = sectionsOf(plan).find((each) => each.isEmpty === isEmpty)
  if (!section || given.length !== section.terms.length) throw new CursorInvalid()
  const values = section.terms.map((term, at) => {
    const value = fromPosition(term, given[at], plan.provider)
    if (value === null) throw new CursorInvalid()
    return value
  })
  return { isEmpty: section.isEmpty, values }
}
