import type { Database, DatabaseProvider, DatabaseTransaction } from '../platform/db.ts'
import { ReadTooLong } from './errors.ts'

/**
 * Reads without being able to write, and without holding the database for long. On SQLite not in a transaction: one would
 * make everybody who writes wait. Throws READ_TOO_LONG.
 */
export async function reading<T>(
  database: Database,
  provider: DatabaseProvider,
  work: (transaction: DatabaseTransaction) => Promise<T>,
): Promise<T> {
  if (provider === 'sqlite') return work(database)
  try {
    return await database.$transaction(async (transaction) => {
      await transaction.$executeRawUnsafe('SET TRANSACTION READ ONLY')
      // What one statement may take, in milliseconds. SQLite has no such bound: there what can be asked is bounded.
      await transaction.$executeRawUnsafe('SET LOCAL statement_timeout = 2000')
      return work(transaction)
    })
  } catch (error) {
    throw isTimeout(error) ? new ReadTooLong() : error
  }
}

/** query_canceled: https://www.postgresql.org/docs/current/errcodes-appendix.html */
function isTimeout(error: unknown): boolean {
  const text = error instanceof Error ? `${error.message} ${JSON.stringify('meta' in error ? error.meta : null)}` : ''
  return text.includes('57014') || text.includes('statement timeout')
}
