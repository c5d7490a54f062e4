import { jobOf } from '../jobs/rows.ts'
import type { DatabaseTransaction } from '../platform/db.ts'
import type { RunWithJob, ScheduleRun } from './model.ts'
import { runOf } from './rows.ts'

type RunWhere = NonNullable<NonNullable<Parameters<DatabaseTransaction['scheduleRun']['findMany']>[0]>['where']>

/** Runs, newest first, with their jobs. */
export async function readRuns(database: DatabaseTransaction, where: RunWhere, take: number): Promise<RunWithJob[]> {
  return withJobs(database, (await database.scheduleRun.findMany({ where, orderBy: { id: 'desc' }, take })).map(runOf))
}

async function withJobs(database: DatabaseTransaction, runs: readonly ScheduleRun[]): Promise<RunWithJob[]> {
  const ids = runs.flatMap(({ jobId }) => (jobId ? [jobId] : []))
  const rows = ids.length === 0 ? [] : await database.job.findMany({ where: { id: { in: ids } } })
  const jobs = new Map(rows.map((row) => [row.id, jobOf(row)]))
  return runs.map((run) => ({ ...run, job: run.jobId === null ? null : (jobs.get(run.jobId) ?? null) }))
}
