import type { Actor } from '../auth/model.ts'
import { flattened } from '../files/streams.ts'
import type { JobKinds } from '../jobs/kinds.ts'
import { type Bus, type Reader, startingWith } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { InvalidInput } from '../platform/errors.ts'
import { ScheduleNotFound } from './errors.ts'
import { type Rules, type RunWithJob, type Schedule, schedulesChanged, type Timing } from './model.ts'
import { type Coming, Plan } from './plan.ts'
import { nextOf } from './planning.ts'
import { requireReadSchedules } from './policy.ts'
import { readRuns } from './reading.ts'
import { scheduleOf } from './rows.ts'
import { requireRules } from './rules.ts'
import { readTimeline, requireRange, type Timeline } from './timeline.ts'

export interface SchedulesServiceDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly kinds: JobKinds
}

/** One of the two. */
export interface TimesWish {
  readonly cron?: string | null | undefined
  readonly everySeconds?: number | null | undefined
}

const mostTimes = 50

/** What runs when: to read, and to watch. Administrators only. */
export class SchedulesService {
  readonly #deps: SchedulesServiceDeps

  constructor(deps: SchedulesServiceDeps) {
    this.#deps = deps
  }

  /** All, by name. */
  async list(actor: Actor): Promise<Schedule[]> {
    requireReadSchedules(actor)
    return (await this.#deps.database.schedule.findMany({ orderBy: { name: 'asc' } })).map((row) => scheduleOf(row))
  }

  /** Null when there is none of this name. */
  async get(actor: Actor, name: string): Promise<Schedule | null> {
    requireReadSchedules(actor)
    const row = isName(name) ? await this.#deps.database.schedule.findUnique({ where: { name } }) : null
    return row && scheduleOf(row)
  }

  /** What became of the due times of a schedule that was given out: newest first, those before the id `after`. */
  async runs(name: string, page: { after: string | null; limit: number }): Promise<RunWithJob[]> {
    if (page.after !== null && !/^[0-9a-z]{26}$/.test(page.after)) throw new InvalidInput('This is not a cursor of this list.', 'after')
    return readRuns(this.#deps.database, { scheduleName: name, ...(page.after ? { id: { lt: page.after } } : {}) }, page.limit)
  }

  async runCount(name: string): Promise<number> {
    return this.#deps.database.scheduleRun.count({ where: { scheduleName: name } })
  }

  /** When it runs next, from now on; nothing while it is paused. Throws INVALID_INPUT for more than 50 times. */
  nextRuns(schedule: Schedule, count: number): Coming[] {
    requireCount(count)
    if (schedule.pausedAt || !schedule.nextRunAt) return []
    return new Plan(schedule).upcoming(this.#deps.clock.now(), count, { next: nextOf(schedule) })
  }

  /** The zone by whose clocks a schedule is due: that of the machine where it says `system`. Null for one that is gone. */
  effectiveZone(schedule: Schedule): string | null {
    try {
      return new Plan(schedule).zone
    } catch {
      return null
    }
  }

  /** When rules would run from now on, before anything has them. Throws as `createSchedule` does. */
  preview(actor: Actor, times: TimesWish, { timeZone, window }: Pick<Rules, 'timeZone' | 'window'>, count: number): Coming[] {
    requireReadSchedules(actor)
    requireCount(count)
    const rules: Rules = {
      timing: requireTiming(times),
      timeZone,
      jitterSeconds: 0,
      window,
      catchUp: 'RUN_ONCE',
      overlap: 'SKIP',
      maxAttempts: null,
    }
    requireRules(rules)
    const now = this.#deps.clock.now()
    return new Plan({ ...rules, name: '', anchorAt: now }).upcoming(now, count)
  }

  /** What ran and what will, in a stretch of time. Throws INVALID_INPUT for more than a quarter of a year. */
  async timeline(actor: Actor, from: Date, to: Date): Promise<Timeline> {
    requireReadSchedules(actor)
    requireRange(from, to)
    return readTimeline(this.#deps.database, this.#deps.clock.now(), from, to)
  }

  /** Each schedule as it is, then each that changes; with a name that one alone. Throws SCHEDULE_NOT_FOUND. */
  async watch(actor: Actor, name: string | null): Promise<Reader<Schedule>> {
    requireReadSchedules(actor)
    const reader = this.#deps.bus.watch(schedulesChanged, 'all')
    try {
      if (name !== null && !(await this.get(actor, name))) throw new ScheduleNotFound()
      const present = async () => new Map((await this.list(actor)).map((schedule) => [schedule.name, schedule]))
      return flattened(onlyOf(name, startingWith<ReadonlyMap<string, Schedule>>(present, reader)))
    } catch (error) {
      await reader.return()
      throw error
    }
  }
}

/** Throws INVALID_INPUT unless exactly one is said. */
function requireTiming({ cron, everySeconds }: TimesWish): Timing {
  if (cron != null && everySeconds == null) return { cron }
  if (everySeconds != null && cron == null) return { everySeconds }
  throw new InvalidInput('Say either a cron expression or an interval.', cron == null ? 'cron' : 'everySeconds')
}

function requireCount(count: number): void {
  if (count < 1 || count > mostTimes) throw new InvalidInput(`1 to ${mostTimes} times.`, 'count')
}

/** Of the news those about one schedule; with null all of them. */
function onlyOf(name: string | null, news: Reader<ReadonlyMap<string, Schedule>>): Reader<ReadonlyMap<string, Schedule>> {
  if (name === null) return news
  const stream: Reader<ReadonlyMap<string, Schedule>> = {
    async next() {
      const { value, done } = await news.next()
      if (done) return { value: undefined, done: true }
      const schedule = value.get(name)
      return { value: schedule ? new Map([[name, schedule]]) : new Map(), done: false }
    },
    return: () => news.return(),
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}

/** PostgreSQL has no text with NUL: what cannot be a name is not looked for. */
export function isName(text: string): boolean {
  return /^[a-z][a-z0-9_]{1,63}$/.test(text)
}
