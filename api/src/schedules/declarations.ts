import type { JobKinds } from '../jobs/kinds.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { rulesOf, type ScheduleDeclaration } from './model.ts'
import { anchorFor, nextColumns } from './planning.ts'
import { isTaken, ruleColumns, type ScheduleRow, scheduleOf } from './rows.ts'
import { requireRules } from './rules.ts'

export interface DeclarationsDeps {
  readonly database: Database
  readonly clock: Clock
  readonly kinds: JobKinds
  readonly log: Log
}

/** The schedules that domains bring with them. */
export class Declarations {
  readonly #deps: DeclarationsDeps
  readonly #declared = new Map<string, ScheduleDeclaration>()

  constructor(deps: DeclarationsDeps) {
    this.#deps = deps
  }

  /** Before the start. Throws for what could never run: that is a mistake in the code. */
  register(declaration: ScheduleDeclaration): void {
    const { name, kind, input } = declaration
    if (!/^[a-z][a-z0-9_]{1,63}$/.test(name)) throw new Error(`${name} is no name for a schedule.`)
    if (this.#declared.has(name)) throw new Error(`Two schedules are called ${name}.`)
    this.#deps.kinds.require(kind).input.parse(input)
    requireRules(rulesOf(declaration))
    this.#declared.set(name, declaration)
  }

  /**
   * Brings the rows to what this release has: new ones are added, removed ones go (their runs and jobs stay), and those
   * whose times nobody has changed take the times of this release. All are planned anew: the machine's zone may have changed.
   */
  async install(): Promise<void> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#install()
      } catch (error) {
        // Another process that starts at the same time has added the same ones: then they are there.
        if (!isTaken(error) || tries === 5) throw error
      }
    }
  }

  async #install(): Promise<void> {
    const { clock, database, log } = this.#deps
    await database.$transaction(async (transaction) => {
      const rows = await transaction.schedule.findMany()
      const known = new Map(rows.map((row) => [row.name, row]))
      for (const { name, builtIn } of rows) {
        if (!builtIn || this.#declared.has(name)) continue
        await transaction.schedule.deleteMany({ where: { name } })
        known.delete(name)
        log.info({ schedule: name }, 'a schedule is not part of this release any more')
      }
      for (const declaration of this.#declared.values()) {
        const row = known.get(declaration.name)
        if (row && !row.builtIn) known.set(await this.#makeWay(transaction, row), row)
        known.delete(declaration.name)
        if (row?.builtIn) await this.#refresh(transaction, row, declaration)
        else await this.#add(transaction, declaration)
      }
      const now = clock.now()
      for (const [name, row] of known) {
        const schedule = { ...scheduleOf(row), name }
        await transaction.schedule.update({ where: { name }, data: nextColumns(schedule, now, log) })
      }
    })
  }

  async #add(transaction: DatabaseTransaction, declaration: ScheduleDeclaration): Promise<void> {
    const { clock, log } = this.#deps
    const { name, title, kind, input } = declaration
    const now = clock.now()
    const rules = rulesOf(declaration)
    await transaction.schedule.create({
      data: {
        name,
        title,
        kind,
        input,
        ...ruleColumns(rules),
        anchorAt: now,
        ...nextColumns({ name, ...rules, anchorAt: now, pausedAt: null }, now, log),
        builtIn: true,
        adjusted: false,
        createdByName: 'system',
        origin: {},
        version: 0,
        createdAt: now,
        changedAt: now,
      },
    })
  }

  async #refresh(transaction: DatabaseTransaction, row: ScheduleRow, declaration: ScheduleDeclaration): Promise<void> {
    const { clock, log } = this.#deps
    const { name, title, kind, input } = declaration
    const before = scheduleOf(row)
    const rules = row.adjusted ? before : rulesOf(declaration)
    const now = clock.now()
    const anchorAt = anchorFor(before, rules, now)
    await transaction.schedule.updateMany({
      where: { name, version: row.version },
      data: {
        title,
        kind,
        input,
        ...ruleColumns(rules),
        anchorAt,
        ...nextColumns({ ...before, ...rules, anchorAt }, now, log),
        version: { increment: 1 },
      },
    })
  }

  /** Somebody's own schedule has the name that the server needs now: it keeps all but the name. */
  async #makeWay(transaction: DatabaseTransaction, { name }: ScheduleRow): Promise<string> {
    let free = ''
    for (let number = 2; !free; number++) {
      const wish = `${name.slice(0, 60)}_${number}`
      if (!this.#declared.has(wish) && !(await transaction.schedule.findUnique({ where: { name: wish } }))) free = wish
    }
    await transaction.schedule.update({ where: { name }, data: { name: free, version: { increment: 1 } } })
    await transaction.scheduleRun.updateMany({ where: { scheduleName: name }, data: { scheduleName: free } })
    await transaction.job.updateMany({ where: { scheduleName: name }, data: { scheduleName: free } })
    this.#deps.log.warn({ schedule: name, nowCalled: free }, 'a schedule has another name now: the server has one of its own of that name')
    return free
  }
}
