/** The time, as a value that tests can turn. */
export interface Clock {
  /** Wall clock. */
  now(): Date
  /** Milliseconds that never run backwards; only differences mean anything. */
  monotonic(): number
}

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
}
