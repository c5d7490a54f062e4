import type { JobFilter } from '../../graphql/generated/graphql'
import { isOpen, type JobLine } from './job-line'

/** Jobs that are over. */
export const endedFilter: JobFilter = { states: ['SUCCEEDED', 'FAILED', 'CANCELLED', 'INTERRUPTED'] }

/** Works, by itself or through its parts. */
export function isAtWork({ state, waitingFor }: Pick<JobLine, 'state' | 'waitingFor'>): boolean {
  return state === 'RUNNING' || waitingFor === 'CHILDREN'
}

/** Those that are no part of another one that is here: what works first, then what waits; oldest first. */
export function topJobs(jobs: readonly JobLine[]): JobLine[] {
  const ids = new Set(jobs.map(({ id }) => id))
  return jobs
    .filter((job) => isOpen(job) && (job.parentId === null || !ids.has(job.parentId)))
    .reverse()
    .sort((a, b) => Number(isAtWork(b)) - Number(isAtWork(a)))
}

/** Those that ended last, parts aside: what came of the whole is what counts. */
export function lastEnded(jobs: readonly JobLine[], count: number): JobLine[] {
  return jobs
    .filter((job) => !isOpen(job) && job.parentId === null)
    .sort((a, b) => Date.parse(b.endedAt ?? b.createdAt) - Date.parse(a.endedAt ?? a.createdAt))
    .slice(0, count)
}
