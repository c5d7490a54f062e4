import type { Actor } from '../auth/model.ts'
import { actorOf } from '../jobs/actor.ts'
import { JobActorGone } from '../jobs/errors.ts'
import type { JobKinds } from '../jobs/kinds.ts'
import { type Job, openStates } from '../jobs/model.ts'
import type { JobQueue } from '../jobs/queue.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import type { Log } from '../platform/log.ts'
import { ScheduleRunning } from './errors.ts'
import type { Schedule, SkipReason, Trigger } from './model.ts'
import { type Decision, Plan } from './plan.ts'
import { nextColumns } from './planning.ts'
import { mayOwnSchedule } from './policy.ts'
import { type ScheduleRow, scheduleOf } from './rows.ts'

export interface StarterDeps {
  readonly database: Database
  readonly clock: Clock
  readonly kinds: JobKinds
  readonly queue: Pick<JobQueue, 'add'>
  readonly log: Log
  /** A row changed. */
  changed(schedule: Schedule): void
}

/** An anchor so far in the future, in milliseconds, was set by a clock that was wrong. */
const wrongBy = 10 * 60_000

interface Due {
  readonly dueAt: Date
  readonly trigger: Trigger
}

/**
 * Turns due times into jobs. Each is one transaction: the row of the schedule moves on, the run is written down and the job
 * stands in the queue, or nothing of it. Of several processes one gets the row's version, and so the due time.
 */
export class Starter {
  readonly #deps: StarterDeps

  constructor(deps: StarterDeps) {
    this.#deps = deps
  }

  /** Names of schedules with something to do at this moment. */
  async waiting(now: Date): Promise<string[]> {
    const ahead = new Date(now.getTime() + wrongBy)
    const rows = await this.#deps.database.schedule.findMany({
      where: { pausedAt: null, OR: [{ nextRunAt: { lte: now } }, { nextRunAt: { not: null }, anchorAt: { gt: ahead } }] },
      orderBy: { nextRunAt: 'asc' },
      select: { name: true },
      take: 100,
    })
    return rows.map(({ name }) => name)
  }

  /** Does what is to be done for one schedule now. False when another process has done it. */
  async attend(name: string): Promise<boolean> {
    const { clock, database, changed } = this.#deps
    const now = clock.now()
    const row = await database.schedule.findUnique({ where: { name } })
    if (!row?.nextRunAt || row.pausedAt) return false
    const { nextRunAt } = row
    const wrong = row.anchorAt.getTime() > now.getTime() + wrongBy
    const data = wrong ? { anchorAt: now } : {}
    const before = { ...scheduleOf(row), ...data }
    // Before the transaction: to count what was missed in months takes a while. Whoever moves the row meanwhile has its version.
    const decision = this.#decide(before, now)
    const schedule = await database.$transaction(async (transaction) => {
      if (decision?.kind === 'due') return this.#pass(transaction, row, before, decision)
      if (decision) return this.#move(transaction, row, { ...data, nextDueAt: decision.next.dueAt, nextRunAt: decision.next.startAt })
      const moved = await this.#move(transaction, row, { nextDueAt: null, nextRunAt: null })
      if (moved) await this.#skip(transaction, moved, { dueAt: nextRunAt, trigger: 'SCHEDULED' }, 'TIMING')
      return moved
    })
    if (schedule) changed(schedule)
    return schedule !== null
  }

  /** Starts it at this moment, besides its due times. Throws SCHEDULE_RUNNING, JOB_ACTOR_GONE, JOB_KIND_UNKNOWN, INVALID_INPUT. */
  async startNow(row: ScheduleRow, transaction: DatabaseTransaction): Promise<{ job: Job; schedule: Schedule }> {
    const moved = await this.#move(transaction, row, {})
    if (!moved) throw new ScheduleRunning()
    if (await this.#overlaps(transaction, moved)) throw new ScheduleRunning()
    const actor = await actorFor(transaction, row, this.#deps.clock.now())
    if (!actor) throw new JobActorGone()
    const last = await transaction.scheduleRun.findFirst({
      where: { scheduleName: row.name, trigger: 'MANUAL', dueAt: { gte: moved.changedAt } },
      orderBy: { dueAt: 'desc' },
    })
    const dueAt = last ? new Date(last.dueAt.getTime() + 1) : moved.changedAt
    const job = await this.#start(transaction, moved, actor, { dueAt, trigger: 'MANUAL' })
    return { job, schedule: moved }
  }

  #decide(schedule: Schedule, now: Date): Decision | null {
    try {
      return new Plan(schedule).decide(now)
    } catch (err) {
      this.#deps.log.error(
        { err, schedule: schedule.name },
        'the times of a schedule cannot be understood; it does not run until they are changed',
      )
      return null
    }
  }

  async #pass(
    transaction: DatabaseTransaction,
    row: ScheduleRow,
    schedule: Schedule,
    { last: { dueAt }, late, passed }: Extract<Decision, { kind: 'due' }>,
  ): Promise<Schedule | null> {
    const { clock, log } = this.#deps
    const next = nextColumns({ ...schedule, anchorAt: dueAt }, clock.now(), log)
    const moved = await this.#move(transaction, row, { anchorAt: dueAt, lastDueAt: dueAt, ...next })
    if (!moved) return null
    // A clock that was put back comes to the same times again.
    const done = await transaction.scheduleRun.findFirst({ where: { scheduleName: row.name, dueAt, trigger: { not: 'MANUAL' } } })
    if (done) return moved
    if (late && schedule.catchUp === 'SKIP') {
      const gap = passed ? { dueCount: passed.count + 1, gapFrom: passed.from } : {}
      await this.#skip(transaction, moved, { dueAt, trigger: 'SCHEDULED' }, 'MISSED', gap)
      return moved
    }
    if (passed) {
      const gap = { dueCount: passed.count, gapFrom: passed.from }
      await this.#skip(transaction, moved, { dueAt: passed.until, trigger: 'SCHEDULED' }, passed.waited ? 'WINDOW' : 'MISSED', gap)
    }
    const due: Due = { dueAt, trigger: late ? 'CATCH_UP' : 'SCHEDULED' }
    const kind = this.#deps.kinds.find(row.kind)
    const actor = await actorFor(transaction, row, this.#deps.clock.now())
    if (await this.#overlaps(transaction, moved)) await this.#skip(transaction, moved, due, 'OVERLAP')
    else if (!kind) await this.#skip(transaction, moved, due, 'KIND')
    else if (!kind.input.safeParse(row.input).success) await this.#skip(transaction, moved, due, 'INPUT')
    else if (!actor) await this.#skip(transaction, moved, due, 'ACTOR')
    else await this.#start(transaction, moved, actor, due)
    return moved
  }

  /** Null when another process was quicker. From here on the row is this transaction's. */
  async #move(transaction: DatabaseTransaction, row: ScheduleRow, data: object): Promise<Schedule | null> {
    const changedAt = this.#deps.clock.now()
    const { count } = await transaction.schedule.updateMany({
      where: { name: row.name, version: row.version },
      data: { ...data, changedAt, version: { increment: 1 } },
    })
    return count === 0 ? null : { ...scheduleOf({ ...row, ...data, changedAt }) }
  }

  /** Behind a run that is still open one other waits, never a second. */
  async #overlaps(transaction: DatabaseTransaction, { name, overlap }: Schedule): Promise<boolean> {
    const open = await transaction.job.findMany({
      where: { scheduleName: name, state: { in: openStates } },
      select: { attempts: true },
      take: 10,
    })
    return overlap === 'SKIP' ? open.length > 0 : open.some(({ attempts }) => attempts === 0)
  }

  async #start(transaction: DatabaseTransaction, schedule: Schedule, actor: Actor, { dueAt, trigger }: Due): Promise<Job> {
    const { name, kind, input, maxAttempts } = schedule
    const job = await this.#deps.queue.add(
      actor,
      {
        kind,
        input,
        scheduleName: name,
        dueAt,
        locks: [{ name: `schedule:${name}`, exclusive: true }],
        ...(maxAttempts === null ? {} : { maxAttempts }),
      },
      transaction,
    )
    await transaction.scheduleRun.create({
      data: { ...this.#newRun(), scheduleName: name, dueAt, trigger, outcome: 'STARTED', jobId: job.id, dueCount: 1 },
    })
    return job
  }

  async #skip(
    transaction: DatabaseTransaction,
    { name }: Schedule,
    { dueAt, trigger }: Due,
    reason: SkipReason,
    gap: { dueCount?: number; gapFrom?: Date } = {},
  ): Promise<void> {
    const where = { scheduleName_dueAt_trigger: { scheduleName: name, dueAt, trigger } }
    if (await transaction.scheduleRun.findUnique({ where, select: { id: true } })) return
    await transaction.scheduleRun.create({
      data: { ...this.#newRun(gap.dueCount ? 1 : 0), scheduleName: name, dueAt, trigger, outcome: 'SKIPPED', reason, dueCount: 1, ...gap },
    })
  }

  /** What was due while it was paused is written down as one row. */
  async skipPaused(transaction: DatabaseTransaction, schedule: Schedule, plan: Plan, now: Date): Promise<Date> {
    const dueCount = plan.count(schedule.anchorAt, now)
    if (dueCount === 0) return schedule.anchorAt
    const dueAt = plan.dueAtOrBefore(now)
    await this.#skip(transaction, schedule, { dueAt, trigger: 'SCHEDULED' }, 'PAUSED', { dueCount, gapFrom: plan.first().dueAt })
    return dueAt
  }

  /** Ids sort runs by age: a gap stands before the run that ended it. */
  #newRun(before = 0): { id: string; at: Date } {
    const at = this.#deps.clock.now()
    return { id: createId(at.getTime() - before), at }
  }
}

/** In whose name its jobs run; null when that account may not have schedules any more. */
async function actorFor(transaction: DatabaseTransaction, row: ScheduleRow, now: Date): Promise<Actor | null> {
  try {
    const actor = await actorOf(transaction, { actorId: row.createdById, origin: row.origin, kind: row.kind }, now)
    return mayOwnSchedule(actor) ? actor : null
  } catch (error) {
    if (error instanceof JobActorGone) return null
    throw error
  }
}
