import type { Database } from '../platform/db.ts'
import type { Job, JobProgress, JobUnit, JobWait, LockRequest } from './model.ts'

export type JobRow = NonNullable<Awaited<ReturnType<Database['job']['findUnique']>>>

/** A row as the domain knows it: nothing of leases, checkpoints and origins leaves it. */
export function jobOf(row: JobRow): Job {
  return {
    id: row.id,
    kind: row.kind,
    class: row.class,
    state: row.state,
    waitingFor: row.waitingFor as JobWait | null,
    subject: row.subject,
    input: row.input as object,
    result: row.result as object | null,
    error: row.errorCode === null ? null : { code: row.errorCode, message: row.errorMessage ?? '' },
    actorId: row.actorId,
    actorName: row.actorName,
    scheduleName: row.scheduleName,
    dueAt: row.dueAt,
    parentId: row.parentId,
    locks: row.locks as unknown as LockRequest[],
    attempts: row.attempts,
    maxAttempts: row.maxAttempts,
    runAfter: row.runAfter,
    cancelRequestedAt: row.cancelRequestedAt,
    cancelledByName: row.cancelledByName,
    progress: progressOf(row),
    createdAt: row.createdAt,
    startedAt: row.startedAt,
    endedAt: row.endedAt,
    changedAt: row.changedAt,
  }
}

function progressOf(row: JobRow): JobProgress | null {
  if (row.progressDone === null) return null
  const done = Number(row.progressDone)
  const total = row.progressTotal === null ? null : Number(row.progressTotal)
  const rate = row.state === 'RUNNING' ? row.progressRate : null
  return { done, total, unit: row.progressUnit as JobUnit, rate, etaSeconds: etaOf(done, total, rate), item: row.progressItem }
}

/** What is left, divided by the rate; null where either is not known. */
export function etaOf(done: number, total: number | null, rate: number | null): number | null {
  if (total === null || rate === null || rate <= 0) return null
  return Math.max(0, total - done) / rate
}

/** The columns of progress, as a row holds it. */
export function progressColumns(progress: JobProgress) {
  return {
    progressDone: BigInt(Math.round(progress.done)),
    progressTotal: progress.total === null ? null : BigInt(Math.round(progress.total)),
    progressUnit: progress.unit,
    progressRate: progress.rate,
    progressItem: progress.item,
  }
}
