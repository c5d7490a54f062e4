import { randomUUID } from 'node:crypto'
import type { AuditService } from '../audit/service.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { JobChanges } from './changes.ts'
import { JobJournal } from './journal.ts'
import { JobKinds } from './kinds.ts'
import { Leases, usualLeaseMs } from './leases.ts'
import { isEnded } from './model.ts'
import { JobQueue } from './queue.ts'
import type { JobRow } from './rows.ts'
import { JobRunner, usualPatienceMs } from './runner.ts'
import { JobsService } from './service.ts'

export interface Jobs {
  /** Where each domain declares its work, before the start. */
  readonly kinds: JobKinds
  /** Where work is put down. */
  readonly queue: JobQueue
  readonly service: JobsService
  readonly runner: JobRunner
  start(): Promise<void>
  stop(): Promise<void>
  /** Begins anew: what runs goes on from its last checkpoint. */
  restart(): Promise<void>
}

/** Puts the parts together. On SQLite one process has the database; on PostgreSQL several may share the queue. */
export function createJobs(deps: {
  readonly database: Database
  readonly provider: DatabaseProvider
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly audit: AuditService
  /** For tests that cannot wait so long for a process that is gone. */
  readonly leaseMs?: number
  /** For tests that cannot wait so long for a job that does not stop. */
  readonly patienceMs?: number
}): Jobs {
  const { leaseMs = usualLeaseMs, patienceMs = usualPatienceMs } = deps
  const alone = deps.provider === 'sqlite'
  const kinds = new JobKinds()
  const journal = new JobJournal(deps)
  const changes = new JobChanges({ ...deps, journal, alone, cancelled: (row) => runner.cancel(row.id, row) })
  const leases = new Leases({ ...deps, kinds, owner: randomUUID(), leaseMs })
  const settled = async (jobId: string) => {
    const row = await deps.database.job.findUnique({ where: { id: jobId } })
    if (!row) return
    changes.publish(row)
    const parent = row.waitingFor === 'CHILDREN' ? row.id : isEnded(row.state) ? row.parentId : null
    if (parent && (await leases.continueParent(parent))) await settled(parent)
    runner.wake()
  }
  const queue = new JobQueue({
    ...deps,
    kinds,
    added: (row) => {
      changes.publish(row)
      runner.wake()
    },
  })
  const changed = (row: JobRow) => changes.publish(row)
  const runner = new JobRunner({ ...deps, kinds, queue, journal, alone, leaseMs, patienceMs, changed, settled }, leases)
  const service = new JobsService({
    ...deps,
    kinds,
    journal,
    wake: () => runner.wake(),
    cancelHere: (jobId, asked) => runner.cancel(jobId, asked),
    settled,
  })
  const start = async () => {
    changes.start()
    await runner.start()
  }
  const stop = async () => {
    await runner.stop()
    changes.stop()
  }
  const restart = async () => {
    await stop()
    await start()
  }
  return { kinds, queue, service, runner, start, stop, restart }
}
