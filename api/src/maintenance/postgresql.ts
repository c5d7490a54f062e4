import { sqltag as sql } from '@prisma/client/runtime/client'
import type { Database } from '../platform/db.ts'

export interface CheckWatch {
  readonly signal: AbortSignal
  readonly onTable: (done: number, total: number, table: string) => void
}

/** What is wrong, in words; nothing when all is sound. When thorough, reads every row of every table, large values too. */
export async function checkTables(database: Database, thorough: boolean, { signal, onTable }: CheckWatch): Promise<string[]> {
  const faults: string[] = []
  const invalid = await database.$queryRaw<{ name: string }[]>(
    sql`SELECT indexrelid::regclass::text AS "name" FROM pg_index WHERE NOT indisvalid OR NOT indisready`,
  )
  for (const { name } of invalid) faults.push(`The index ${name} cannot be used.`)
  const [sums] = await database.$queryRaw<{ failures: bigint | null }[]>(
    sql`SELECT checksum_failures AS "failures" FROM pg_stat_database WHERE datname = current_database()`,
  )
  if (sums?.failures) faults.push(`${sums.failures} pages had another checksum than they should.`)
  if (!thorough) return faults
  const tables = await database.$queryRaw<{ name: string }[]>(
    sql`SELECT tablename::text AS "name" FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`,
  )
  for (const [at, { name }] of tables.entries()) {
    signal.throwIfAborted()
    onTable(at, tables.length, name)
    if (!(await canBeRead(database, name))) faults.push(`The table ${name} cannot be read as a whole.`)
  }
  onTable(tables.length, tables.length, '')
  return faults
}

/** The server itself puts the name of the table into the statement, quoted as a name. */
async function canBeRead(database: Database, table: string): Promise<boolean> {
  try {
    await database.$queryRaw(
      sql`SELECT length(query_to_xml(format('SELECT sum(length(whole::text)) AS n FROM %I.%I AS whole',
        current_schema(), ${table}::text), true, true, '')::text) AS "read"`,
    )
    return true
  } catch (error) {
    // XX001 is data_corrupted, XX002 index_corrupted; anything else is not the data's fault.
    if (/XX00[12]/.test(`${JSON.stringify(error)} ${error}`)) return false
    throw error
  }
}

/** Brings the planner's statistics up to date, table by table; space is given back by the engine itself. Returns the size in bytes. */
export async function tidyTables(database: Database, signal: AbortSignal): Promise<number> {
  // Quoted as a name by the server itself.
  const tables = await database.$queryRaw<{ name: string }[]>(
    sql`SELECT format('%I.%I', schemaname, tablename) AS "name" FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`,
  )
  for (const { name } of tables) {
    signal.throwIfAborted()
    await database.$executeRawUnsafe(`ANALYZE ${name}`)
  }
  const [row] = await database.$queryRaw<{ size: bigint }[]>(sql`SELECT pg_database_size(current_database()) AS "size"`)
  return Number(row?.size ?? 0)
}
