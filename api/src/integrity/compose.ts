import type { AuditService } from '../audit/service.ts'
import type { FileTree } from '../files/tree.ts'
import type { HealthComponent } from '../health/component.ts'
import type { JobKinds } from '../jobs/kinds.ts'
import { isEnded, jobsChanged } from '../jobs/model.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { eachJob } from '../jobs/watching.ts'
import type { SettingsService } from '../settings/service.ts'
import { Damages } from './damages.ts'
import { integrityHealth } from './health.ts'
import { Quarantine } from './quarantine.ts'
import { DiskReader } from './reader.ts'
import { fileScrub, scrubKind } from './scrub-job.ts'
import { IntegrityService } from './service.ts'
import { scrubSetting } from './settings.ts'

export interface IntegrityParts {
  readonly tree: FileTree
  readonly audit: AuditService
  readonly settings: SettingsService
  readonly jobs: { readonly kinds: JobKinds; readonly queue: JobQueue }
}

/** The integrity domain, put together. Start it before jobs run. */
export function createIntegrity({ audit, jobs, settings, tree }: IntegrityParts): {
  service: IntegrityService
  health: HealthComponent
  start: () => Promise<void>
} {
  const { bus, clock, database } = tree.deps
  const damages = new Damages({ database, bus, clock, audit })
  const quarantine = new Quarantine({ tree, damages })
  const createReader = () => new DiskReader()
  jobs.kinds.register(fileScrub({ tree, damages, quarantine, createReader, settings: () => settings.get(scrubSetting) }))
  const service = new IntegrityService({ tree, damages, quarantine, queue: jobs.queue, settings, audit })
  /** A reading is over only once its job is, however it ended. */
  const followJobs = async () => {
    const ended = eachJob(bus.watch(jobsChanged, 'all'), ({ kind, state }) => kind === scrubKind && isEnded(state))
    for await (const _ of ended) damages.tell()
  }
  const start = async () => {
    await quarantine.start()
    // Until the bus closes.
    void followJobs()
  }
  return { service, health: integrityHealth(database, bus), start }
}
