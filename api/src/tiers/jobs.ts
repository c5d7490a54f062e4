import type { AuditService } from '../audit/service.ts'
import { auditRetention } from '../audit/settings.ts'
import { auditRetentionJob, auditVerifyJob } from '../audit/upkeep-jobs.ts'
import { sessionCleanup } from '../auth/session-cleanup.ts'
import type { Sessions } from '../auth/sessions.ts'
import { uploadCleanup } from '../files/upload-cleanup.ts'
import type { UploadsService } from '../files/uploads.ts'
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

export interface JobsTier {
  readonly database: Database
  readonly address: DatabaseAddress
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  readonly audit: AuditService
  readonly settings: SettingsService
  readonly sessions: Sessions
  readonly uploads: UploadsService
  readonly jobs: Jobs
}

/** The work that each domain brings with it, and when it is done by itself: at night, in the machine's time. */
export function composeSchedules(deps: JobsTier): Schedules {
  const { address, audit, jobs, settings } = deps
  jobs.kinds.register(uploadCleanup(deps.uploads))
  jobs.kinds.register(auditRetentionJob(audit, () => settings.get(auditRetention).days))
  jobs.kinds.register(auditVerifyJob(audit))
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
      name: 'upload_cleanup',
      title: 'Clear away unfinished uploads',
      kind: 'upload_cleanup',
      input: {},
      timing: { cron: '10 3 * * *' },
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
