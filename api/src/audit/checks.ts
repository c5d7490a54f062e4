import type { Actor } from '../auth/model.ts'
import { type Job, openStates } from '../jobs/model.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { jobOf } from '../jobs/rows.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { requireReadAudit } from './policy.ts'
import type { AuditService } from './service.ts'
import { verifyKind } from './upkeep-jobs.ts'

/** Checks of the log that people ask for. The work itself is a job: upkeep-jobs.ts. */
export class AuditChecks {
  readonly #deps: { readonly audit: AuditService; readonly database: Database; readonly queue: JobQueue }

  constructor(deps: { readonly audit: AuditService; readonly database: Database; readonly queue: JobQueue }) {
    this.#deps = deps
  }

  /** Begins to look at every entry; the job that does so already when there is one. Administrators only. Errors: FORBIDDEN, TOO_MANY_JOBS. */
  async start(actor: Actor): Promise<Job> {
    const { audit, database, queue } = this.#deps
    try {
      requireReadAudit(actor)
      const open = await database.job.findFirst({ where: { kind: verifyKind, state: { in: openStates } }, orderBy: { id: 'asc' } })
      return open ? jobOf(open) : await queue.add(actor, { kind: verifyKind, input: {} })
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'audit.verify', target: null, result: error.code })
      throw error
    }
  }
}
