import type { Category, ColumnEntry, OfferedTables, ShownColumn } from './columns.ts'
import { ColumnNotOffered, TableNotFound } from './errors.ts'
import { accountTables } from './offered/accounts.ts'
import { fileTables } from './offered/files.ts'
import { jobTables } from './offered/jobs.ts'
import { securityTables } from './offered/security.ts'
import { serverTables } from './offered/server.ts'

/** Every column of every table. A model that is not here, or a column of one, does not compile. */
const offered: OfferedTables = { ...accountTables, ...securityTables, ...fileTables, ...jobTables, ...serverTables }

/** A table as the browser knows it. Identifiers in statements come from here and from nowhere else. */
export interface TableEntry {
  readonly name: string
  readonly category: Category
  readonly key: readonly string[]
  readonly indexed: readonly string[]
  readonly columns: ReadonlyMap<string, ColumnEntry>
}

/** A column that is shown, with its name. */
export interface Shown extends ShownColumn {
  readonly name: string
}

export const tables: ReadonlyMap<string, TableEntry> = new Map(
  Object.entries(offered).map(([name, { columns, ...rest }]) => [
    name,
    { name, ...rest, columns: new Map<string, ColumnEntry>(Object.entries(columns)) },
  ]),
)

/** Throws TABLE_NOT_FOUND for one that is not in the list. */
export function requireTable(name: string): TableEntry {
  const table = tables.get(name)
  if (!table) throw new TableNotFound()
  return table
}

export function shownColumns(table: TableEntry): Shown[] {
  return [...table.columns].flatMap(([name, column]) => (column.shown ? [{ name, ...column }] : []))
}

/** Throws COLUMN_NOT_OFFERED, in the same words, for a column that is hidden and for one that there is not. */
export function requireColumn(table: TableEntry, name: string, field: string): Shown {
  const column = table.columns.get(name)
  if (!column?.shown) throw new ColumnNotOffered(field)
  return { name, ...column }
}
