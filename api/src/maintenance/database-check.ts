import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import type { Database, DatabaseAddress } from '../platform/db.ts'
import { DatabaseDamaged } from './errors.ts'
import { checkTables } from './postgresql.ts'
import { checkFile } from './sqlite.ts'

/** Looks whether the database is sound. Fails with DATABASE_DAMAGED when it is not; the job's log says what is wrong. */
export function databaseCheck({ database, address }: { database: Database; address: DatabaseAddress }) {
  return defineJobKind({
    name: 'database_check',
    description: 'Checks that the database is sound.',
    class: 'MAINTENANCE',
    input: z.strictObject({
      /** Also whether indexes and tables say the same (SQLite), and every row can be read (PostgreSQL). Takes longer. */
      thorough: z.boolean(),
    }),
    result: z.strictObject({ engine: z.enum(['sqlite', 'postgresql']), faults: z.int() }),
    afterCrash: 'RETRY',
    retry: { attempts: 2, firstMs: 600_000, longestMs: 3_600_000 },
    cancellable: true,
    schedulable: true,
    subject: () => null,
    locks: () => [{ name: 'database', exclusive: true }],
    run: async ({ input: { thorough }, signal, log, progress }) => {
      const engine = address.provider
      const faults =
        engine === 'sqlite'
          ? await checkFile(address, thorough, signal)
          : await checkTables(database, thorough, {
              signal,
              onTable: (done, total, item) => progress({ done, total, unit: 'STEPS', item }),
            })
      for (const fault of faults) await log('ERROR', fault)
      const [first] = faults
      if (first) throw new DatabaseDamaged(first)
      return { engine, faults: 0 }
    },
  })
}
