import type { Bus, Reader } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import { settingChanged } from '../settings/model.ts'
import type { Sessions } from './sessions.ts'
import { sessionLifetime } from './settings.ts'

/**
 * At the latest after so long it is looked again when the next session ends, in milliseconds. No session lives shorter, so
 * that one begun meanwhile cannot end before it was seen.
 */
const lookEvery = 3_600_000
/** And at the soonest after so long, however many end one after the other. */
const restBetween = 1_000

/**
 * Takes away sessions when their time is over, and at once when an administrator makes the lifetime shorter. They are not
 * valid any more by themselves; this closes what they still have open.
 */
export class SessionUpkeep {
  readonly #sessions: Sessions
  readonly #bus: Bus
  readonly #clock: Clock
  readonly #log: Log
  #changes: Reader<{ readonly key: string }> | null = null
  #timer: NodeJS.Timeout | null = null
  #sweeping: Promise<void> = Promise.resolve()
  #stopped = false

  constructor({ sessions, bus, clock, log }: { sessions: Sessions; bus: Bus; clock: Clock; log: Log }) {
    this.#sessions = sessions
    this.#bus = bus
    this.#clock = clock
    this.#log = log
  }

  start(): void {
    this.#changes = this.#bus.watch(settingChanged, sessionLifetime.key)
    this.#sweep()
    void this.#follow(this.#changes)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.#changes?.return()
    await this.#sweeping
    if (this.#timer) clearTimeout(this.#timer)
  }

  async #follow(changes: Reader<unknown>): Promise<void> {
    for await (const _ of changes) this.#sweep()
  }

  #sweep(): void {
    this.#sweeping = this.#sweeping.then(async () => {
      if (this.#timer) clearTimeout(this.#timer)
      let rest = lookEvery
      try {
        await this.#sessions.endOverdue()
        const next = await this.#sessions.nextEnd()
        if (next) rest = Math.min(Math.max(next.getTime() - this.#clock.now().getTime(), restBetween), lookEvery)
      } catch (err) {
        this.#log.warn({ err }, 'sessions whose time is over could not be taken away')
      }
      if (!this.#stopped) this.#timer = setTimeout(() => this.#sweep(), rest).unref()
    })
  }
}
