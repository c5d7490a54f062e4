import type { AuditService } from '../audit/service.ts'
import type { FileTree } from '../files/tree.ts'
import type { HealthComponent } from '../health/component.ts'
import type { JobKinds } from '../jobs/kinds.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { SettingsService } from '../settings/service.ts'
import { Damages } from './damages.ts'
import { integrityHealth } from './health.ts'
import { Quarantine } from './quarantine.ts'
import { DiskReader } from './reader.ts'
import { fileScrub } from './scrub-job.ts'
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
  return { service, health: integrityHealth(database, bus), start: () => quarantine.start() }
}
