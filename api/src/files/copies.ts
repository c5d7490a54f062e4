import type { Actor } from '../auth/model.ts'
import type { Job } from '../jobs/model.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { Problem } from '../platform/errors.ts'
import { checkCopy } from './copy-checks.ts'
import type { CopyInput } from './copy-job.ts'
import { parsePath } from './path.ts'
import { requireCopy } from './policy.ts'
import type { AuditPort } from './service.ts'
import type { FileTree } from './tree.ts'

/** Copies that people ask for. The work itself is a job: copy-job.ts. */
export class CopiesService {
  readonly #deps: { readonly tree: FileTree; readonly queue: JobQueue; readonly audit: AuditPort }

  constructor(deps: { readonly tree: FileTree; readonly queue: JobQueue; readonly audit: AuditPort }) {
    this.#deps = deps
  }

  /**
   * Begins to copy a file or folder and answers with the job. The same idempotency key answers with the same job.
   * Errors: FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, NAME_TAKEN, FORBIDDEN, STORAGE_FULL, INVALID_INPUT, UNAVAILABLE,
   * IDEMPOTENCY_KEY_REUSED, TOO_MANY_JOBS.
   */
  async copyFile(actor: Actor, input: CopyInput & { idempotencyKey: string | null }): Promise<Job> {
    const { audit, queue, tree } = this.#deps
    const record = (result: string, details: Record<string, string | boolean>) =>
      audit.record(actor, {
        action: 'files.copy',
        target: input.from.slice(0, 4_096).toWellFormed().replaceAll('\u0000', '\ufffd'),
        result,
        details: { to: input.to, replace: input.replace, ...details },
      })
    try {
      const from = parsePath(input.from, 'from')
      const to = parsePath(input.to, 'to')
      requireCopy(actor, from, to)
      const { idempotencyKey, replace } = input
      const wish = { kind: 'file_copy', input: { from: from.text, to: to.text, replace }, idempotencyKey }
      // Asked again, its own success would be what stands in its way.
      const known = await queue.known(actor, wish)
      if (known) return known
      await checkCopy(tree, { from, to, replace })
      const job = await queue.add(actor, wish)
      await record('ok', { jobId: job.id })
      return job
    } catch (error) {
      if (error instanceof Problem) await record(error.code, {})
      throw error
    }
  }
}
