import type { Env } from '../env.ts'
import type { DatabaseAddress } from '../platform/db.ts'

/** Where the rows are: PostgreSQL when it is named, a file of the data folder otherwise. */
export function databaseAddress(env: Env): DatabaseAddress {
  if (env.databaseUrl?.startsWith('postgres')) return { provider: 'postgresql', url: env.databaseUrl }
  return { provider: 'sqlite', url: env.databaseUrl ?? `file:${env.dataDir}/baluhost.db` }
}
