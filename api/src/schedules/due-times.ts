import { CronTimes } from './cron.ts'
import type { DueTimes, Rules } from './model.ts'
import { zoneOf } from './zone-time.ts'

/** Due every so many seconds, counted from a due time: that the server was off moves none of them. */
class IntervalTimes implements DueTimes {
  readonly #every: number
  readonly #anchor: number

  constructor(everySeconds: number, anchor: Date) {
    this.#every = everySeconds * 1_000
    this.#anchor = anchor.getTime()
  }

  after(time: Date): Date {
    return new Date(this.#anchor + (Math.floor((time.getTime() - this.#anchor) / this.#every) + 1) * this.#every)
  }

  atOrBefore(time: Date): Date {
    return new Date(this.#anchor + Math.floor((time.getTime() - this.#anchor) / this.#every) * this.#every)
  }

  count(after: Date, until: Date): number {
    return Math.max(0, Math.round((this.atOrBefore(until).getTime() - this.atOrBefore(after).getTime()) / this.#every))
  }
}

/** Throws CRON_INVALID, CRON_NEVER_DUE, TIME_ZONE_UNKNOWN. */
export function dueTimes({ timing, timeZone }: Pick<Rules, 'timing' | 'timeZone'>, anchor: Date): DueTimes {
  const zone = zoneOf(timeZone)
  return 'cron' in timing ? new CronTimes(timing.cron, zone) : new IntervalTimes(timing.everySeconds, anchor)
}
