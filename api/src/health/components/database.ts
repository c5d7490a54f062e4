import { stat } from 'node:fs/promises'
import type { Clock } from '../../platform/clock.ts'
import type { Database, DatabaseAddress } from '../../platform/db.ts'
import { degraded, failed, type HealthComponent, type Report, running } from '../component.ts'
import type { Detail } from '../model.ts'

/** An answer that takes longer than this, in milliseconds, is felt on every page. */
const slow = 1_000
/** A log in front of the database that is larger than this is not being taken over any more. */
const largeWal = 256 * 1024 * 1024
/** So much of what PostgreSQL lets in. */
const nearlyAll = 0.9

export interface DatabaseHealthDeps {
  readonly database: Database
  readonly address: DatabaseAddress
  readonly clock: Clock
}

/** Asks for a row that is always there, and measures. */
export function databaseHealth({ database, address, clock }: DatabaseHealthDeps): HealthComponent {
  const details =
    address.provider === 'sqlite'
      ? sqliteDetails(address.url.slice('file:'.length))
      : (known: readonly Detail[]) => postgresDetails(database, known)
  return {
    name: 'database',
    title: 'Database',
    kind: 'EXTERNAL',
    required: true,
    notRestartable: 'The database connects again by itself. SQLite is a part of this process; PostgreSQL is restarted where it runs.',
    async check() {
      const before = clock.monotonic()
      await database.auditChain.findUnique({ where: { id: 1 }, select: { id: true } })
      const latency = Math.round((clock.monotonic() - before) * 100) / 100
      const known: Detail[] = [
        { name: 'provider', value: address.provider === 'sqlite' ? 'SQLite' : 'PostgreSQL' },
        { name: 'latency', value: latency, unit: 'MILLISECONDS' },
      ]
      const report = await details(known)
      if (report.state !== 'RUNNING' || latency <= slow) return report
      return { ...report, state: 'DEGRADED', reason: { code: 'DATABASE_SLOW', message: `It took ${Math.round(latency)} ms to answer.` } }
    },
  }
}

/** The file must be the one that was opened: what is written to a removed file is gone with the process. */
function sqliteDetails(file: string): (known: readonly Detail[]) => Promise<Report> {
  let opened: { readonly dev: number; readonly ino: number } | null = null
  return async (known) => {
    const present = await stat(file).catch(codeOrThrow)
    if (!present) return failed('DATABASE_FILE_GONE', 'The file of the database is gone: what is written now is lost with this process.')
    opened ??= present
    if (opened.dev !== present.dev || opened.ino !== present.ino) {
      return failed('DATABASE_FILE_REPLACED', 'Another file stands in the place of the database: what is written now is lost.')
    }
    const wal = (await stat(`${file}-wal`).catch(codeOrThrow))?.size ?? 0
    const details: Detail[] = [
      ...known,
      { name: 'size', value: present.size, unit: 'BYTES' },
      { name: 'walSize', value: wal, unit: 'BYTES' },
    ]
    if (wal > largeWal) return degraded('WAL_LARGE', 'The log in front of the database is not taken over any more.', { details })
    return running({ details })
  }
}

async function postgresDetails(database: Database, known: readonly Detail[]): Promise<Report> {
  const [row] = await database.$queryRaw<{ used: number; most: number }[]>`
    SELECT count(*)::int AS "used", current_setting('max_connections')::int AS "most" FROM pg_stat_activity WHERE backend_type = 'client backend'`
  const { most, used } = row ?? { used: 0, most: 0 }
  const details: Detail[] = [
    ...known,
    { name: 'connections', value: used, unit: 'COUNT' },
    { name: 'mostConnections', value: most, unit: 'COUNT' },
  ]
  if (used > most * nearlyAll) return degraded('CONNECTIONS_SCARCE', `${used} of ${most} connections are taken.`, { details })
  return running({ details })
}

function codeOrThrow(error: unknown): null {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
  throw error
}
