import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { type Schedule, schedulesChanged } from './model.ts'
import { scheduleOf } from './rows.ts'

/** How often a process looks for what others changed, while somebody watches here, in milliseconds. */
const pollMs = 1_000

export interface ChangesDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
  /** True when no other process changes schedules. */
  readonly alone: boolean
}

/** Tells this process's readers of schedules that changed, here or in another process. */
export class ScheduleNews {
  readonly #deps: ChangesDeps
  #undo: (() => void) | null = null
  #timer: NodeJS.Timeout | null = null
  /** As this process has told them: what others changed differs from it. */
  #told = new Map<string, Schedule>()

  constructor(deps: ChangesDeps) {
    this.#deps = deps
  }

  start(): void {
    const { alone, bus } = this.#deps
    if (alone) return
    this.#undo = bus.onDemand(schedulesChanged, { wanted: () => this.#watch(), unwanted: () => this.#rest() })
  }

  stop(): void {
    this.#undo?.()
    this.#rest()
  }

  publish(schedule: Schedule): void {
    this.#told.set(schedule.name, schedule)
    this.#deps.bus.publish(schedulesChanged, 'all', new Map([[schedule.name, schedule]]))
  }

  #watch(): void {
    this.#told = new Map()
    let looking = false
    const look = async (first: boolean) => {
      if (looking) return
      looking = true
      await this.#look(first).catch((err: unknown) => this.#deps.log.warn({ err }, 'schedules could not be looked at'))
      looking = false
    }
    void look(true)
    this.#timer = setInterval(() => void look(false), pollMs).unref()
  }

  #rest(): void {
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
  }

  async #look(first: boolean): Promise<void> {
    const rows = await this.#deps.database.schedule.findMany()
    const now = new Map(rows.map((row) => [row.name, scheduleOf(row)]))
    const gone = [...this.#told.values()].filter(({ name, deletedAt }) => !deletedAt && !now.has(name))
    const fresh = [...now.values()].filter(({ name, changedAt }) => this.#told.get(name)?.changedAt.getTime() !== changedAt.getTime())
    const news = [...fresh, ...gone.map((schedule) => ({ ...schedule, deletedAt: this.#deps.clock.now() }))]
    // Readers have just been given the present: the first look is to know it.
    for (const schedule of news)
      if (first) this.#told.set(schedule.name, schedule)
      else this.publish(schedule)
  }
}
