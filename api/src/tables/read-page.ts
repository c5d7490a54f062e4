import { empty, join, type Sql, sqltag as sql } from '@prisma/client/runtime/client'
import type { Clock } from '../platform/clock.ts'
import type { DatabaseTransaction } from '../platform/db.ts'
import type { Shown, TableEntry } from './allow-list.ts'
import { named } from './conditions.ts'
import type { Row, RowsPage } from './model.ts'
import { beside, cursorOf, orderBy, type Plan, type Position, positionOf, type Section, sectionsOf, within } from './order.ts'
import { toCell } from './values.ts'

/** Rows that the first statement looks through; more by the next ones while they are quick. */
const firstStretch = 2_000
const longestStretch = 16_000
/** A statement that takes less, in milliseconds, may be followed by one over twice as many. */
const quick = 40
/** A page comes after so many rows were looked at, or after this time in milliseconds, short or empty as it may be. */
const mostScanned = 200_000
const patience = 400

type Raw = Readonly<Record<string, unknown>>

export interface PageWish {
  readonly columns: readonly Shown[]
  readonly conditions: readonly Sql[]
  readonly after: Position | null
  readonly limit: number
}

/**
 * One page in the order of the plan. With conditions it goes through the rows in stretches of that order, so that none of its
 * statements is long; what was not looked at in time is left to the next page.
 */
export async function readPage(database: DatabaseTransaction, clock: Clock, plan: Plan, wish: PageWish): Promise<RowsPage> {
  const { after, conditions, limit } = wish
  const selected = selection(plan, wish.columns)
  const rows: Row[] = []
  const start = clock.monotonic()
  let scanned = 0
  let stretch = firstStretch
  const sections = sectionsOf(plan)
  const first = after === null ? 0 : sections.findIndex(({ isEmpty }) => isEmpty === after.isEmpty)
  for (const section of sections.slice(first)) {
    let from = after !== null && section === sections[first] ? after : null
    for (;;) {
      const began = clock.monotonic()
      // What no index serves is sorted as a whole: it is short, and one statement does it.
      const bounded = conditions.length > 0 && plan.indexed
      const end: Raw | null = bounded ? await stretchEnd(database, plan, section, from, stretch) : null
      const upTo = end && positionOf(plan, section, end)
      const take = limit + 1 - rows.length
      const found = await read(database, plan, section, { selected, conditions, from, upTo, take })
      for (const row of found) rows.push(toRow(plan, section, wish.columns, row))
      if (rows.length > limit) {
        const page = rows.slice(0, limit)
        return { rows: page, hasNextPage: true, endCursor: page.at(-1)?.cursor ?? null, scannedAll: true }
      }
      if (!end || !upTo) break
      scanned += stretch
      from = upTo
      if (scanned >= mostScanned || clock.monotonic() - start > patience)
        return { rows, hasNextPage: true, endCursor: cursorOf(plan, section, end), scannedAll: false }
      if (clock.monotonic() - began < quick) stretch = Math.min(stretch * 2, longestStretch)
      await new Promise(setImmediate)
    }
  }
  return { rows, hasNextPage: false, endCursor: rows.at(-1)?.cursor ?? null, scannedAll: true }
}

interface Reading {
  readonly selected: Sql
  readonly conditions: readonly Sql[]
  readonly from: Position | null
  readonly upTo: Position | null
  readonly take: number
}

function read(
  database: DatabaseTransaction,
  plan: Plan,
  section: Section,
  { conditions, from, selected, take, upTo }: Reading,
): Promise<Raw[]> {
  const all = [...placed(plan, section, from, upTo), ...conditions]
  return database.$queryRaw<Raw[]>(
    sql`SELECT ${selected} FROM ${tableName(plan.table)} ${whereAll(all)} ORDER BY ${orderBy(plan, section)} LIMIT ${take}`,
  )
}

/** The last row of the next so many; null when there are fewer. */
async function stretchEnd(
  database: DatabaseTransaction,
  plan: Plan,
  section: Section,
  from: Position | null,
  rows: number,
): Promise<Raw | null> {
  const [end] = await database.$queryRaw<Raw[]>(
    sql`SELECT ${selection(plan, [])} FROM ${tableName(plan.table)} ${whereAll(placed(plan, section, from, null))}
      ORDER BY ${orderBy(plan, section)} LIMIT 1 OFFSET ${rows - 1}`,
  )
  return end ?? null
}

function placed(plan: Plan, section: Section, from: Position | null, upTo: Position | null): Sql[] {
  const inside = within(plan, section)
  return [
    ...(inside ? [inside] : []),
    ...(from ? [beside(plan, section, from, 'after')] : []),
    ...(upTo ? [beside(plan, section, upTo, 'upTo')] : []),
  ]
}

/** What is asked for, and what a cursor is made of. */
function selection({ by, key }: Plan, columns: readonly Shown[]): Sql {
  const all = new Map([...columns, ...key, ...(by ? [by] : [])].map((column) => [column.name, column]))
  return join([...all.values()].map(named))
}

export function tableName({ name }: TableEntry): Sql {
  return named({ name })
}

function whereAll(all: readonly Sql[]): Sql {
  return all.length === 0 ? empty : sql`WHERE ${join([...all], ' AND ')}`
}

function toRow(plan: Plan, section: Section, columns: readonly Shown[], row: Raw): Row {
  return {
    values: Object.fromEntries(columns.map((column) => [column.name, toCell(column, row[column.name])])),
    cursor: cursorOf(plan, section, row),
  }
}
