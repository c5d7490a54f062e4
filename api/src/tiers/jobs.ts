import type { AuditService } from '../audit/service.ts'
import { auditRetention } from '../audit/settings.ts'
import { auditRetentionJob, auditVerifyJob } from '../audit/upkeep-jobs.ts'
import { sessionCleanup } from '../auth/session-cleanup.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { FilesDomain } from '../files/compose.ts'
import { uploadCleanup } from '../files/upload-cleanup.ts'
import type { Jobs } from '../jobs/compose.ts'
import { databaseCheck } from '../maintenance/database-check.ts'
import { databaseMaintenance } from '../maintenance/database-maintenance.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseAddress } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { createSchedules, type Schedules } from '../schedules/compose.ts'
import { jobCleanup } from '../schedules/job-cleanup.ts'
import { defineSchedule } from '../schedules/model.ts'
import type { SettingsService } from '../settings/service.ts'
import { thumbnailPrune } from '../thumbnails/prune-job.ts'
import type { ThumbnailsService } from '../thumbnails/service.ts'
import { trashPrune } from '../trash/prune.ts'
import { trashRetention } from '../trash/settings.ts'
import { versionPrune } from '../versions/prune.ts'

export interface JobsTier {
  readonly database: Database
  readonly address: DatabaseAddress
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly audit: AuditService
  readonly settings: SettingsService
  readonly sessions: Sessions
  readonly thumbnails: ThumbnailsService
  readonly storage: Pick<FilesDomain, 'files' | 'removals' | 'trash' | 'uploads' | 'versions'>
  readonly jobs: Jobs
}

/** The work that each domain brings with it, and when it is done by itself: at night, in the machine's time. */
export function composeSchedules(deps: JobsTier): Schedules {
  const { address, audit, jobs, settings, storage } = deps
  jobs.kinds.register(uploadCleanup(storage.uploads))
  jobs.kinds.register(
    trashPrune({
      bin: storage.trash,
      retention: () => settings.get(trashRetention),
      diskSize: async () => (await storage.files.storage({ kind: 'system', reason: 'trash_prune' })).total,
    }),
  )
  jobs.kinds.register(versionPrune(storage.versions, () => storage.removals.wake()))
  jobs.kinds.register(auditRetentionJob(audit, () => settings.get(auditRetention).days))
  jobs.kinds.register(auditVerifyJob(audit))
  jobs.kinds.register(thumbnailPrune(deps.thumbnails))
  jobs.kinds.register(sessionCleanup(deps.sessions))
  jobs.kinds.register(databaseMaintenance(deps))
  jobs.kinds.register(databaseCheck(deps))
  jobs.kinds.register(jobCleanup(deps))

  const schedules = createSchedules({ ...deps, provider: address.provider })
  for (const declaration of [
    defineSchedule({
      name: 'session_cleanup',
      title: 'End old sessions',
      kind: 'session_cleanup',
      input: {},
      timing: { everySeconds: 3_600 },
    }),
    defineSchedule({
      name: 'file_index',
      title: 'Look for changed files',
      kind: 'file_index',
      input: {},
      timing: { everySeconds: 3_600 },
    }),
    defineSchedule({
      name: 'upload_cleanup',
      title: 'Clear away unfinished uploads',
      kind: 'upload_cleanup',
      input: {},
      timing: { cron: '10 3 * * *' },
    }),
    defineSchedule({ name: 'trash_prune', title: 'Clear the trash', kind: 'trash_prune', input: {}, timing: { cron: '20 3 * * *' } }),
    defineSchedule({
      name: 'version_prune',
      title: 'Clear old versions',
      kind: 'version_prune',
      input: {},
      timing: { cron: '25 3 * * *' },
    }),
    defineSchedule({
      name: 'audit_retention',
      title: 'Keep the audit log in order',
      kind: 'audit_retention',
      input: {},
      timing: { cron: '30 3 * * *' },
    }),
    defineSchedule({ name: 'job_cleanup', title: 'Clear away old jobs', kind: 'job_cleanup', input: {}, timing: { cron: '50 3 * * *' } }),
    defineSchedule({
      name: 'thumbnail_prune',
      title: 'Keep small pictures within their space',
      kind: 'thumbnail_prune',
      input: {},
      timing: { cron: '20 4 * * *' },
    }),
    defineSchedule({
      name: 'database_maintenance',
      title: 'Tidy the database',
      kind: 'database_maintenance',
      input: {},
      timing: { cron: '10 4 * * 0' },
    }),
    defineSchedule({ name: 'file_scrub', title: 'Check all files', kind: 'file_scrub', input: {}, timing: { cron: '20 2 1 * *' } }),
    defineSchedule({
      name: 'database_check',
      title: 'Check the database',
      kind: 'database_check',
      input: { thorough: true },
      timing: { cron: '40 4 * * 0' },
    }),
  ])
    schedules.declare(declaration)
  return schedules
}
