import { sqltag as sql } from '@prisma/client/runtime/client'
import type { DatabaseProvider, DatabaseTransaction } from '../platform/db.ts'
import type { TableEntry } from './allow-list.ts'
import { countedUpTo } from './order.ts'
import { tableName } from './read-page.ts'

export interface RowCount {
  /** Exact, or at least so many. */
  readonly rowCount: number
  readonly rowCountExact: boolean
}

/** How many rows there are, as far as it costs little: up to a bound. */
export async function countRows(database: DatabaseTransaction, table: TableEntry): Promise<RowCount> {
  const [row] = await database.$queryRaw<{ count: bigint | number }[]>(
    sql`SELECT COUNT(*) AS "count" FROM (SELECT 1 FROM ${tableName(table)} LIMIT ${countedUpTo + 1}) AS "some"`,
  )
  const count = Number(row?.count ?? 0)
  return { rowCount: Math.min(count, countedUpTo), rowCountExact: count <= countedUpTo }
}

/** Bytes by table, with their indexes. SQLite does not know without reading the whole file: there it is empty. */
export async function tableSizes(database: DatabaseTransaction, provider: DatabaseProvider): Promise<ReadonlyMap<string, number>> {
  if (provider === 'sqlite') return new Map()
  const rows = await database.$queryRaw<{ name: string; size: bigint }[]>(
    sql`SELECT c.relname::text AS "name", pg_total_relation_size(c.oid) AS "size" FROM pg_class c
      JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = current_schema() AND c.relkind = 'r'`,
  )
  return new Map(rows.map(({ name, size }) => [name, Number(size)]))
}
