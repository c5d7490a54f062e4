/** Two counters of one device that only grow: read and written, or received and sent (bytes). */
export type Counters = readonly [inward: number, outward: number]

/** Bytes per second over all devices. */
export interface Rate {
  readonly inward: number
  readonly outward: number
}

/**
 * Turns the counters of many devices into one rate. A device seen for the first time counts from its next reading; when a
 * counter runs backwards (wrapped, or the device was replaced under its name) the rate of that interval is not known.
 */
export class Rates {
  #before: ReadonlyMap<string, Counters> | null = null
  #beforeAt = 0

  /** Null when the rate since the last call is not known. `monotonic` in milliseconds. */
  since(counters: ReadonlyMap<string, Counters>, monotonic: number): Rate | null {
    const before = this.#before
    const seconds = (monotonic - this.#beforeAt) / 1000
    this.#before = counters
    this.#beforeAt = monotonic
    if (!before || seconds <= 0) return null
    let inward = 0
    let outward = 0
    for (const [device, now] of counters) {
      const then = before.get(device)
      if (!then) continue
      if (now[0] < then[0] || now[1] < then[1]) return null
      inward += now[0] - then[0]
      outward += now[1] - then[1]
    }
    return { inward: Math.round(inward / seconds), outward: Math.round(outward / seconds) }
  }
}
