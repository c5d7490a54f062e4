import type { Database } from '../platform/db.ts'
import { InvalidInput } from '../platform/errors.ts'
import type { RunWithJob, Schedule } from './model.ts'
import { type Coming, Plan } from './plan.ts'
import { nextOf } from './planning.ts'
import { readRuns } from './reading.ts'
import { scheduleOf } from './rows.ts'

const longestRange = 93 * 24 * 3_600_000
/** More runs than this nobody can tell apart in a picture. */
const mostRuns = 2_000
const mostComing = 200
/** So many of the last runs say how long the next one may take. */
const measured = 10

export interface ComingRun extends Coming {
  readonly schedule: Schedule
  /** Half of the last runs took no longer, in seconds; null for one that never ran. */
  readonly expectedSeconds: number | null
}

export interface Timeline {
  readonly runs: readonly RunWithJob[]
  readonly coming: readonly ComingRun[]
  /** There is more than is shown. */
  readonly truncated: boolean
}

export function requireRange(from: Date, to: Date): void {
  if (to <= from) throw new InvalidInput('The end comes after the beginning.', 'to')
  if (to.getTime() - from.getTime() > longestRange) throw new InvalidInput('At most 93 days.', 'to')
}

/** Runs of the past, also of schedules that are gone, newest first; and what is to come, soonest first. */
export async function readTimeline(database: Database, now: Date, from: Date, to: Date): Promise<Timeline> {
  const runs = await readRuns(database, { at: { gte: from, lt: to } }, mostRuns + 1)
  const coming: ComingRun[] = []
  let truncated = runs.length > mostRuns
  const begin = from > now ? from : now
  const rows = to > now ? await database.schedule.findMany({ where: { pausedAt: null, nextRunAt: { not: null } } }) : []
  for (const schedule of rows.map((row) => scheduleOf(row))) {
    const times = new Plan(schedule).upcoming(now, mostComing + 1, { from: begin, until: to, next: nextOf(schedule) })
    if (times.length === 0) continue
    truncated ||= times.length > mostComing
    const expectedSeconds = await usualSeconds(database, schedule.name)
    for (const time of times.slice(0, mostComing)) coming.push({ ...time, schedule, expectedSeconds })
  }
  coming.sort((a, b) => a.startAt.getTime() - b.startAt.getTime())
  return { runs: runs.slice(0, mostRuns), coming, truncated }
}

async function usualSeconds(database: Database, scheduleName: string): Promise<number | null> {
  const rows = await database.job.findMany({
    where: { scheduleName, state: 'SUCCEEDED' },
    orderBy: { id: 'desc' },
    take: measured,
    select: { startedAt: true, endedAt: true },
  })
  const seconds = rows
    .flatMap(({ startedAt, endedAt }) => (startedAt && endedAt ? [(endedAt.getTime() - startedAt.getTime()) / 1_000] : []))
    .sort((a, b) => a - b)
  return seconds[Math.floor((seconds.length - 1) / 2)] ?? null
}
