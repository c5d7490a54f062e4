/**
 * The last minutes of many metrics, one value each second, in memory.
 * A second has one fixed slot (second modulo length), so a second without a sample is a gap by itself: its slot still
 * holds another second's mark. A column costs 8 bytes per second kept (7 kB for 15 minutes) and nothing is allocated per sample.
 */
export class Ring {
  readonly #length: number
  /** Which second each slot holds; NaN when none. */
  readonly #marks: Float64Array
  readonly #columns = new Map<string, Float64Array>()
  #newest = Number.NaN

  constructor(seconds: number) {
    this.#length = seconds
    this.#marks = new Float64Array(seconds).fill(Number.NaN)
  }

  /** How many seconds are kept at most. */
  get length(): number {
    return this.#length
  }

  /** The newest second that has values; NaN before the first. */
  get newest(): number {
    return this.#newest
  }

  /** Names of everything that was ever kept, in the order it came. */
  get metrics(): readonly string[] {
    return [...this.#columns.keys()]
  }

  has(metric: string): boolean {
    return this.#columns.has(metric)
  }

  /** Keeps a metric from now on; until its first value it is a gap. */
  declare(metric: string): Float64Array {
    const column = this.#columns.get(metric) ?? new Float64Array(this.#length).fill(Number.NaN)
    this.#columns.set(metric, column)
    return column
  }

  /** Keeps the values of one second (whole seconds since 1970). What is not named is not known for this second. */
  push(second: number, values: Iterable<readonly [metric: string, value: number]>): void {
    // A clock set back: what was kept for seconds still to come is not their truth.
    if (second <= this.#newest) this.#forgetFrom(second)
    const slot = second % this.#length
    this.#marks[slot] = second
    this.#newest = second
    for (const column of this.#columns.values()) column[slot] = Number.NaN
    for (const [metric, value] of values) this.declare(metric)[slot] = value
  }

  isSampled(second: number): boolean {
    return this.#marks[second % this.#length] === second
  }

  /** NaN when the metric is not known for that second. */
  at(metric: string, second: number): number {
    if (!this.isSampled(second)) return Number.NaN
    return this.#columns.get(metric)?.[second % this.#length] ?? Number.NaN
  }

  /** The first second that can still be here. NaN before the first sample. */
  get oldest(): number {
    return this.#newest - this.#length + 1
  }

  #forgetFrom(second: number): void {
    for (let slot = 0; slot < this.#length; slot += 1) {
      if ((this.#marks[slot] ?? Number.NaN) >= second) this.#marks[slot] = Number.NaN
    }
  }
}
