import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import type { Starter } from './starter.ts'

export interface TickerDeps {
  readonly database: Database
  readonly clock: Clock
  readonly log: Log
  readonly starter: Starter
}

/** Looks after everything that is due, one schedule after the other. */
export class Ticker {
  readonly #deps: TickerDeps
  #ticking: Promise<void> = Promise.resolve()
  #lookedAt: number
  #failure: unknown = null

  constructor(deps: TickerDeps) {
    this.#deps = deps
    this.#lookedAt = deps.clock.monotonic()
  }

  /** When it last looked at all that is due, and why the last look failed. */
  get looks(): { readonly msAgo: number; readonly failure: unknown } {
    return { msAgo: this.#deps.clock.monotonic() - this.#lookedAt, failure: this.#failure }
  }

  /** Never rejects: what could not be done now is due at the next tick as well. */
  tick(): Promise<void> {
    this.#ticking = this.#ticking.then(async () => {
      try {
        await this.#pass()
        this.#failure = null
        this.#lookedAt = this.#deps.clock.monotonic()
      } catch (err) {
        this.#failure = err
        this.#deps.log.error({ err }, 'schedules could not be looked at; it is tried again')
      }
    })
    return this.#ticking
  }

  /** When the next one starts; null for none, or when that cannot be known now. */
  async nextRunAt(): Promise<Date | null> {
    const { database, log } = this.#deps
    try {
      const where = { nextRunAt: { not: null }, pausedAt: null }
      const row = await database.schedule.findFirst({ where, orderBy: { nextRunAt: 'asc' }, select: { nextRunAt: true } })
      return row?.nextRunAt ?? null
    } catch (err) {
      log.error({ err }, 'schedules could not be looked at; it is tried again')
      return null
    }
  }

  settled(): Promise<void> {
    return this.#ticking
  }

  async #pass(): Promise<void> {
    const { clock, log, starter } = this.#deps
    // One that cannot be started must not keep the others from it.
    const seen = new Set<string>()
    for (;;) {
      const names = (await starter.waiting(clock.now())).filter((name) => !seen.has(name))
      if (names.length === 0) return
      for (const name of names) {
        seen.add(name)
        await starter
          .attend(name)
          .catch((err: unknown) => log.error({ err, schedule: name }, 'a schedule could not be started; it is tried again'))
      }
    }
  }
}
