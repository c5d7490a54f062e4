import { scheduleJob, type Job as Wake } from 'node-schedule'
import type { Clock } from '../platform/clock.ts'

/**
 * A clock that was turned, a machine that slept, or another process that changed a schedule: after so many milliseconds
 * at the latest the database is asked again.
 */
const longestSleep = 60_000
const afterFailure = 5_000

/** Wakes this process when something is due. Nothing is lost when it fails to: what is due stands in the database. */
export class Alarm {
  readonly #clock: Clock
  readonly #ring: () => void
  #wake: Wake | null = null
  #fallback: NodeJS.Timeout | undefined

  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock
    this.#ring = ring
  }

  /** Only the last call counts. */
  set(due: Date | null): void {
    this.clear()
    const wait = due ? due.getTime() - this.#clock.now().getTime() : longestSleep
    // What is due already could not be started just now. And a time that has passed is refused by the library.
    const sleep = wait <= 0 ? afterFailure : Math.max(50, Math.min(wait, longestSleep))
    this.#wake = scheduleJob(new Date(Date.now() + sleep), this.#ring)
    // The library goes by the wall clock alone: put back by a day, it would sleep a day longer.
    this.#fallback = setTimeout(this.#ring, sleep + 1_000).unref()
  }

  clear(): void {
    this.#wake?.cancel()
    clearTimeout(this.#fallback)
    this.#wake = null
  }
}
