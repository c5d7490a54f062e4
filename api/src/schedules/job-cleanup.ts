import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import { openStates } from '../jobs/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'

const keptDays = 90
/** So many of each schedule stay, however old. */
const keptRuns = 20
/** Removed in one transaction: nobody waits long for it. A job has up to ten thousand lines. */
const jobsAtOnce = 20
const runsAtOnce = 500

export interface CleanupDeps {
  readonly database: Database
  readonly clock: Clock
}

/** Removes what happened long ago: ended jobs with what they said, and runs of schedules. */
export function jobCleanup(deps: CleanupDeps) {
  return defineJobKind({
    name: 'job_cleanup',
    description: `Removes jobs that ended, and runs of schedules, more than ${keptDays} days ago; the last ${keptRuns} of each schedule stay.`,
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({ jobs: z.int(), runs: z.int() }),
    afterCrash: 'RETRY',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 3_600_000 },
    cancellable: true,
    schedulable: false,
    subject: () => null,
    locks: () => [{ name: 'job_cleanup', exclusive: true }],
    run: async ({ signal, progress, log }) => {
      const before = new Date(deps.clock.now().getTime() - keptDays * 86_400_000)
      const runs = await removeRuns(deps.database, before, signal)
      const onRemoved = (done: number) => progress({ done, total: null, unit: 'ITEMS' })
      const jobs = await removeJobs(deps.database, before, signal, onRemoved)
      if (jobs + runs > 0) await log('INFO', `Removed ${jobs} jobs and ${runs} runs from before ${before.toISOString()}.`)
      return { jobs, runs }
    },
  })
}

async function removeRuns(database: Database, before: Date, signal: AbortSignal): Promise<number> {
  let removed = 0
  const names = await database.scheduleRun.groupBy({ by: ['scheduleName'], where: { at: { lt: before } } })
  for (const { scheduleName } of names) {
    const kept = await database.scheduleRun.findMany({
      where: { scheduleName },
      orderBy: { id: 'desc' },
      take: keptRuns,
      select: { id: true },
    })
    const oldest = kept.at(-1)?.id ?? ''
    for (;;) {
      signal.throwIfAborted()
      const where = { scheduleName, at: { lt: before }, id: { lt: oldest } }
      const rows = await database.scheduleRun.findMany({ where, take: runsAtOnce, select: { id: true } })
      if (rows.length === 0) break
      removed += (await database.scheduleRun.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })).count
    }
  }
  return removed
}

/** Jobs that a run still shows stay, and so do the parts of a job that stays. */
async function removeJobs(database: Database, before: Date, signal: AbortSignal, onRemoved: (count: number) => void): Promise<number> {
  let removed = 0
  for (let after = ''; ; ) {
    signal.throwIfAborted()
    const rows = await database.job.findMany({
      where: { id: { gt: after }, endedAt: { lt: before }, state: { notIn: openStates } },
      orderBy: { id: 'asc' },
      take: jobsAtOnce,
      select: { id: true, parentId: true },
    })
    const last = rows.at(-1)
    if (!last) return removed
    after = last.id
    const kept = await keptOf(database, rows)
    const ids = rows.map(({ id }) => id).filter((id) => !kept.has(id))
    await database.$transaction(async (transaction) => {
      await transaction.jobLogLine.deleteMany({ where: { jobId: { in: ids } } })
      removed += (await transaction.job.deleteMany({ where: { id: { in: ids } } })).count
    })
    onRemoved(removed)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

async function keptOf(database: Database, rows: readonly { id: string; parentId: string | null }[]): Promise<Set<string>> {
  const shown = await database.scheduleRun.findMany({ where: { jobId: { in: rows.map(({ id }) => id) } }, select: { jobId: true } })
  // A job is older than its parts, and was looked at before them: its row is there when it stays.
  const parents = rows.flatMap(({ parentId }) => (parentId ? [parentId] : []))
  const present = await database.job.findMany({ where: { id: { in: parents } }, select: { id: true } })
  const stay = new Set(present.map(({ id }) => id))
  const kept = new Set(shown.flatMap(({ jobId }) => (jobId ? [jobId] : [])))
  const leaving = new Set(rows.map(({ id }) => id).filter((id) => !kept.has(id)))
  for (const { id, parentId } of rows) if (parentId && stay.has(parentId) && !leaving.has(parentId)) kept.add(id)
  return kept
}
