import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import { originColumns } from '../jobs/actor.ts'
import type { JobKinds } from '../jobs/kinds.ts'
import type { Job } from '../jobs/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { ScheduleBuiltIn, ScheduleNameTaken, ScheduleNotFound } from './errors.ts'
import type { Rules, Schedule } from './model.ts'
import { Plan } from './plan.ts'
import { anchorFor, nextColumns } from './planning.ts'
import { requireManageSchedules } from './policy.ts'
import { isTaken, ruleColumns, type ScheduleRow, scheduleOf } from './rows.ts'
import { requireRules } from './rules.ts'
import { isName } from './service.ts'
import type { Starter } from './starter.ts'

export interface ScheduleChangesDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly kinds: JobKinds
  readonly starter: Starter
  readonly log: Log
  /** A row changed: watchers are told, and the next due time may be another. */
  changed(schedule: Schedule): void
}

/** What a schedule starts. */
export interface Action {
  readonly kind: string
  readonly input: object
}

export interface NewSchedule {
  readonly name: string
  readonly title: string
  /** Asked for once the actor may do this at all. */
  readonly action: () => Action
  readonly rules: Rules
}

/** What is not said stays. */
export interface ScheduleUpdate {
  readonly title?: string | undefined
  readonly action?: (() => Action) | undefined
  readonly rules: { readonly [Name in keyof Rules]?: Rules[Name] | undefined }
}

const longestTitle = 100
const mostSchedules = 200

/** Makes and changes schedules. Administrators only; each change is written down. */
export class ScheduleChanges {
  readonly #deps: ScheduleChangesDeps

  constructor(deps: ScheduleChangesDeps) {
    this.#deps = deps
  }

  /**
   * Errors: SCHEDULE_NAME_TAKEN, JOB_KIND_UNKNOWN, CRON_INVALID, CRON_NEVER_DUE, TIME_ZONE_UNKNOWN, INTERVAL_TOO_SHORT,
   * WINDOW_NEVER_MET, INVALID_INPUT, FORBIDDEN.
   */
  async create(actor: Actor, wish: NewSchedule): Promise<Schedule> {
    return this.#orRefused(actor, 'schedules.create', wish.name, async () => {
      const { audit, clock, database, log } = this.#deps
      const { name, rules } = wish
      if (!isName(name)) throw new InvalidInput('A name has 2 to 64 small letters, digits and underscores, a letter first.', 'name')
      const title = requireTitle(wish.title)
      const action = this.#requireAction(wish.action())
      requireRules(rules)
      const row = await database.$transaction(async (transaction) => {
        if (await transaction.schedule.findUnique({ where: { name }, select: { name: true } })) throw new ScheduleNameTaken(name)
        if ((await transaction.schedule.count()) >= mostSchedules) throw new InvalidInput(`At most ${mostSchedules} schedules.`, 'name')
        const now = clock.now()
        const created = await transaction.schedule
          .create({
            data: {
              name,
              title,
              ...action,
              ...ruleColumns(rules),
              anchorAt: now,
              ...nextColumns({ name, ...rules, anchorAt: now, pausedAt: null }, now, log),
              builtIn: false,
              adjusted: false,
              ...makerColumns(actor),
              version: 0,
              createdAt: now,
            },
          })
          .catch((error: unknown) => {
            // Two at once: one of them has the name now.
            throw isTaken(error) ? new ScheduleNameTaken(name) : error
          })
        await audit.record(
          actor,
          { action: 'schedules.create', target: name, result: 'ok', after: wordsOf(scheduleOf(created)) },
          transaction,
        )
        return created
      })
      return this.#tell(scheduleOf(row))
    })
  }

  /** Errors: SCHEDULE_NOT_FOUND, SCHEDULE_BUILT_IN (title and action of one), and those of `create`. */
  async update(actor: Actor, name: string, wish: ScheduleUpdate): Promise<Schedule> {
    return this.#change(actor, 'schedules.update', name, (before, now) => {
      if (before.builtIn && wish.title !== undefined) throw new ScheduleBuiltIn('its name stays.', 'title')
      if (before.builtIn && wish.action) throw new ScheduleBuiltIn('what it does stays.', 'action')
      const said = Object.fromEntries(Object.entries(wish.rules).filter(([, value]) => value !== undefined))
      const rules: Rules = { ...before, ...said }
      requireRules(rules)
      const anchorAt = anchorFor(before, rules, now)
      return {
        ...(wish.title === undefined ? {} : { title: requireTitle(wish.title) }),
        // Whoever says what is done does it in their own name, and with no more rights than they have.
        ...(wish.action ? { ...this.#requireAction(wish.action()), ...makerColumns(actor) } : {}),
        ...ruleColumns(rules),
        anchorAt,
        ...nextColumns({ ...before, ...rules, anchorAt }, now, this.#deps.log),
        adjusted: before.builtIn,
      }
    })
  }

  /** Nothing of it runs by itself until it goes on. Twice is no error. Errors: SCHEDULE_NOT_FOUND, FORBIDDEN. */
  async pause(actor: Actor, name: string): Promise<Schedule> {
    return this.#change(actor, 'schedules.pause', name, (before, now) =>
      before.pausedAt
        ? null
        : {
            pausedAt: now,
            pausedByName: actor.kind === 'user' ? actor.username : 'system',
            nextDueAt: null,
            nextRunAt: null,
            changedAt: now,
          },
    )
  }

  /** Goes on with the next due time; what was due meanwhile is written down as left out. Twice is no error. Errors: SCHEDULE_NOT_FOUND. */
  async resume(actor: Actor, name: string): Promise<Schedule> {
    const { log, starter } = this.#deps
    return this.#change(actor, 'schedules.resume', name, async (before, now, transaction) => {
      if (!before.pausedAt) return null
      const anchorAt = await starter.skipPaused(transaction, before, new Plan(before), now)
      return { pausedAt: null, pausedByName: null, anchorAt, ...nextColumns({ ...before, pausedAt: null, anchorAt }, now, log) }
    })
  }

  /** Its runs and jobs stay. Errors: SCHEDULE_NOT_FOUND, SCHEDULE_BUILT_IN, FORBIDDEN. */
  async delete(actor: Actor, name: string): Promise<Schedule> {
    return this.#orRefused(actor, 'schedules.delete', name, async () => {
      const { audit, clock, database } = this.#deps
      const row = await database.$transaction(async (transaction) => {
        const found = await requireRow(transaction, name)
        if (found.builtIn) throw new ScheduleBuiltIn('pause it instead.', 'name')
        await transaction.schedule.deleteMany({ where: { name } })
        await audit.record(
          actor,
          { action: 'schedules.delete', target: name, result: 'ok', before: wordsOf(scheduleOf(found)) },
          transaction,
        )
        return found
      })
      return this.#tell(scheduleOf(row, clock.now()))
    })
  }

  /**
   * Starts its job now, also while it is paused; its times stay as they are. Errors: SCHEDULE_NOT_FOUND, SCHEDULE_RUNNING,
   * JOB_ACTOR_GONE, JOB_KIND_UNKNOWN, INVALID_INPUT, FORBIDDEN.
   */
  async run(actor: Actor, name: string): Promise<Job> {
    return this.#orRefused(actor, 'schedules.run', name, async () => {
      const { audit, database, starter } = this.#deps
      const { job, schedule } = await database.$transaction(async (transaction) => {
        const started = await starter.startNow(await requireRow(transaction, name), transaction)
        const details = { jobId: started.job.id, kind: started.job.kind }
        await audit.record(actor, { action: 'schedules.run', target: name, result: 'ok', details }, transaction)
        return started
      })
      this.#tell(schedule)
      return job
    })
  }

  /** One change of one row, with its line in the audit log; null for none. */
  async #change(
    actor: Actor,
    action: string,
    name: string,
    columns: (before: Schedule, now: Date, transaction: DatabaseTransaction) => object | null | Promise<object | null>,
  ): Promise<Schedule> {
    return this.#orRefused(actor, action, name, async () => {
      const { audit, clock, database } = this.#deps
      // The clock may start something at the same moment: then this is done again, on what the row is now.
      for (let tries = 0; tries < 10; tries++) {
        const changed = await database.$transaction(async (transaction) => {
          const row = await requireRow(transaction, name)
          const before = scheduleOf(row)
          const data = await columns(before, clock.now(), transaction)
          if (!data) return before
          const where = { name, version: row.version }
          const { count } = await transaction.schedule.updateMany({ where, data: { ...data, version: { increment: 1 } } })
          if (count === 0) return null
          const after = scheduleOf(await requireRow(transaction, name))
          await audit.record(actor, { action, target: name, result: 'ok', before: wordsOf(before), after: wordsOf(after) }, transaction)
          return after
        })
        if (changed) return this.#tell(changed)
      }
      throw new Error(`The schedule ${name} changes all the time.`)
    })
  }

  #requireAction({ kind: name, input }: Action): Action {
    const kind = this.#deps.kinds.require(name)
    if (!kind.schedulable) throw new InvalidInput('This kind of job is not for schedules of your own.', 'action')
    const parsed = kind.input.safeParse(input)
    if (!parsed.success) {
      const [issue] = parsed.error.issues
      throw new InvalidInput(issue?.message ?? 'This is no input for this kind of job.', ['action', ...(issue?.path ?? [])].join('.'))
    }
    return { kind: name, input: parsed.data }
  }

  #tell(schedule: Schedule): Schedule {
    this.#deps.changed(schedule)
    return schedule
  }

  async #orRefused<T>(actor: Actor, action: string, target: string, run: () => Promise<T>): Promise<T> {
    try {
      requireManageSchedules(actor)
      return await run()
    } catch (error) {
      if (error instanceof Problem) await this.#deps.audit.record(actor, { action, target: target.slice(0, 64), result: error.code })
      throw error
    }
  }
}

async function requireRow(transaction: DatabaseTransaction, name: string): Promise<ScheduleRow> {
  const row = isName(name) ? await transaction.schedule.findUnique({ where: { name } }) : null
  if (!row) throw new ScheduleNotFound()
  return row
}

function requireTitle(text: string): string {
  const title = text.trim()
  if (title.length < 1 || title.length > longestTitle) throw new InvalidInput(`1 to ${longestTitle} letters.`, 'title')
  return title
}

/** What the audit log shows of a schedule. */
function wordsOf({ title, kind, timing, timeZone, jitterSeconds, window, catchUp, overlap, maxAttempts, pausedAt }: Schedule) {
  return {
    title,
    kind,
    times: 'cron' in timing ? timing.cron : `${timing.everySeconds} s`,
    timeZone,
    jitterSeconds,
    window: window ? `${window.from}–${window.to}` : null,
    catchUp,
    overlap,
    maxAttempts,
    paused: pausedAt !== null,
  }
}

function makerColumns(actor: Actor) {
  const { actorId, actorName, origin } = originColumns(actor)
  return { createdById: actorId, createdByName: actorName, origin }
}
