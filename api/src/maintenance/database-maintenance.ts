import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import type { Database, DatabaseAddress } from '../platform/db.ts'
import { tidyTables } from './postgresql.ts'
import { tidyFile } from './sqlite.ts'

/** Keeps the database quick and no larger than it must be. */
export function databaseMaintenance({ database, address }: { database: Database; address: DatabaseAddress }) {
  return defineJobKind({
    name: 'database_maintenance',
    description: 'Brings the statistics of the database up to date, and gives space back where the engine can.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({
      sizeBytes: z.int(),
      /** Within the file, to be used again; null where the engine does not say. */
      freeBytes: z.int().nullable(),
      givenBackBytes: z.int().nullable(),
    }),
    afterCrash: 'RETRY',
    retry: { attempts: 3, firstMs: 600_000, longestMs: 3_600_000 },
    cancellable: true,
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: 'database', exclusive: true }],
    run: async ({ signal }) => {
      if (address.provider === 'sqlite') {
        const { size, free, givenBack } = await tidyFile(database, signal)
        signal.throwIfAborted()
        return { sizeBytes: size, freeBytes: free, givenBackBytes: givenBack }
      }
      return { sizeBytes: await tidyTables(database, signal), freeBytes: null, givenBackBytes: null }
    },
  })
}
