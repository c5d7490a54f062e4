import type { Clock } from '../platform/clock.ts'

/** A clock that stands still until it is turned. */
export class TurnedClock implements Clock {
  readonly #start: number
  #elapsedMs = 0

  constructor(start = Date.UTC(2026, 0, 1)) {
    this.#start = start
  }

  now(): Date {
    return new Date(this.#start + this.#elapsedMs)
  }

  monotonic(): number {
    return this.#elapsedMs
  }

  turn(milliseconds: number): void {
    this.#elapsedMs += milliseconds
  }
}
