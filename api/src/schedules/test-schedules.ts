import { pino } from 'pino'
import { testAudit } from '../audit/test-audit.ts'
import { createTestJobs } from '../jobs/test-jobs.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import { createSchedules } from './compose.ts'
import type { Rules, ScheduleDeclaration } from './model.ts'

/** A clock that stands still until it is set. */
export class SetClock implements Clock {
  #now: number

  constructor(now: string) {
    this.#now = Date.parse(now)
  }

  now(): Date {
    return new Date(this.#now)
  }

  monotonic(): number {
    return this.#now
  }

  set(now: string | number | Date): void {
    this.#now = new Date(now).getTime()
  }

  turn(milliseconds: number): void {
    this.#now += milliseconds
  }
}

export const plain: Rules = {
  timing: { cron: '0 3 * * *' },
  timeZone: 'UTC',
  jitterSeconds: 0,
  window: null,
  catchUp: 'RUN_ONCE',
  overlap: 'SKIP',
  maxAttempts: null,
}

/** Does nothing, and is over at once. */
export const nothing = { kind: 'test_resume', input: { name: 'x', steps: 0 } }

/** The schedules of one process, which runs no jobs: a test says when they are over. */
export function createTestSchedules(
  database: Database,
  provider: DatabaseProvider,
  clock: Clock,
  declarations: readonly ScheduleDeclaration[] = [],
) {
  const log = pino({ level: 'silent' })
  const jobs = createTestJobs(database, provider, { clock })
  const audit = testAudit(database, { provider })
  const schedules = createSchedules({ database, provider, bus: jobs.bus, clock, log, audit, jobs })
  for (const declaration of declarations) schedules.declare(declaration)
  const finish = () =>
    database.job.updateMany({ where: { endedAt: null }, data: { state: 'SUCCEEDED', endedAt: clock.now(), attempts: 1 } })
  return { ...schedules, jobs, finish }
}
