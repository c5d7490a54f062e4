import { setImmediate as breathe } from 'node:timers/promises'
import type { Clock } from './clock.ts'

/** Something that can be measured again and again. */
export interface Sensor<T> {
  /** Stable, and shown to people when the sensor fails. */
  readonly id: string
  /** Whether this machine has what the sensor reads. Asked at start and about once a minute while the answer is no. */
  isAvailable(): boolean | Promise<boolean>
  /**
   * Reads once. `monotonic` (milliseconds) is what rates divide by. Throws when the value cannot be read.
   * A read that answers at once must not block longer than 5 ms; one that may take longer returns a promise.
   */
  read(monotonic: number): T | Promise<T>
}

/** What one round over all sensors found. */
export interface Collection<T> {
  /** The mark of the wall clock that this round belongs to: a whole multiple of the interval. */
  readonly at: Date
  /** By sensor id; a sensor that failed, timed out or is not there is missing. */
  readonly readings: ReadonlyMap<string, T>
}

export interface SamplerOptions<T> {
  readonly sensors: readonly Sensor<T>[]
  readonly everyMs: number
  /** How long one sensor may take. Below the interval, so that rounds never pile up. */
  readonly timeoutMs: number
  readonly clock: Clock
  collected(collection: Collection<T>): void
  /** A sensor began to fail (told once until it works again), or blocked the process for too long. */
  troubled(sensorId: string, error: unknown): void
}

/** No sensor may keep the event loop from everything else for longer. */
const BLOCKING_LIMIT_MS = 5
/** One slow read may be the first, uncompiled one, or the machine's other work; this many in a row are the sensor's. */
const BLOCKING_ROUNDS = 3
const BREATHE_AFTER_MS = 2
const PROBE_AGAIN_ROUNDS = 60

interface Watched<T> {
  readonly sensor: Sensor<T>
  available: boolean
  failing: boolean
  /** What it failed with last. */
  failure: unknown
  /** A read that timed out goes on in the background; another one must not be started beside it. */
  reading: boolean
  /** Rounds in a row in which it blocked too long. */
  blocking: number
}

/**
 * Reads sensors at every whole multiple of `everyMs` on the wall clock. Each wait is computed from the clock, so nothing
 * drifts; a round that is still running when the next is due takes its place, so rounds never overlap; a failing sensor
 * is left out of the collection and hurts no other.
 */
export class Sampler<T> {
  readonly #options: SamplerOptions<T>
  readonly #watched: Watched<T>[]
  #timer: NodeJS.Timeout | null = null
  #round = 0
  #running = false
  #lastAt = 0
  #generation = 0

  constructor(options: SamplerOptions<T>) {
    this.#options = options
    this.#watched = options.sensors.map((sensor) => ({
      sensor,
      available: false,
      failing: false,
      failure: null,
      reading: false,
      blocking: 0,
    }))
  }

  /** Begins. A first reading is taken at once and thrown away: rates need two. */
  start(): void {
    if (this.#timer) return
    // A round that never ended must not keep a new beginning from reading.
    this.#generation += 1
    this.#running = false
    this.#arm()
    void this.#collect(null)
  }

  /** No collection is delivered after this returns. */
  stop(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
  }

  get isRunning(): boolean {
    return this.#timer !== null
  }

  /** Ids of the sensors that this machine does not have, and of those that cannot be read now, with why. */
  troubles(): { readonly absent: readonly string[]; readonly failing: ReadonlyMap<string, unknown> } {
    const failing = this.#watched.filter((watched) => watched.failing)
    return {
      absent: this.#watched.filter(({ available, failing }) => !available && !failing).map(({ sensor }) => sensor.id),
      failing: new Map(failing.map(({ failure, sensor }) => [sensor.id, failure])),
    }
  }

  #arm(): void {
    const { clock, everyMs } = this.#options
    const now = clock.now().getTime()
    // One more millisecond: timers may fire a fraction early, and would then belong to the mark before.
    this.#timer = setTimeout(() => this.#due(), everyMs - (now % everyMs) + 1)
  }

  #due(): void {
    this.#arm()
    const { clock, everyMs } = this.#options
    const at = Math.floor(clock.now().getTime() / everyMs) * everyMs
    if (this.#running || at === this.#lastAt) return
    this.#lastAt = at
    void this.#collect(new Date(at))
  }

  async #collect(at: Date | null): Promise<void> {
    this.#running = true
    const generation = this.#generation
    const readings = new Map<string, T>()
    const slow: Promise<void>[] = []
    if (this.#round % PROBE_AGAIN_ROUNDS === 0) await Promise.all(this.#watched.map((watched) => this.#probe(watched)))
    this.#round += 1
    let blockedSince = this.#options.clock.monotonic()
    for (const watched of this.#watched) {
      const reading = this.#read(watched, readings)
      if (reading) slow.push(reading)
      if (this.#options.clock.monotonic() - blockedSince < BREATHE_AFTER_MS) continue
      await breathe()
      blockedSince = this.#options.clock.monotonic()
    }
    if (slow.length > 0) await Promise.all(slow)
    if (generation !== this.#generation) return
    this.#running = false
    if (at && this.#timer) this.#options.collected({ at, readings })
  }

  async #probe(watched: Watched<T>): Promise<void> {
    if (watched.available) return
    try {
      watched.available = await this.#inTime(Promise.resolve(watched.sensor.isAvailable()))
    } catch (error) {
      this.#fail(watched, error)
    }
  }

  /** Reads one sensor and never throws. What answers at once costs no promise. */
  #read(watched: Watched<T>, readings: Map<string, T>): Promise<void> | null {
    if (!watched.available || watched.reading) return null
    const { clock } = this.#options
    const started = clock.monotonic()
    try {
      const reading = watched.sensor.read(started)
      const blocked = clock.monotonic() - started
      watched.blocking = blocked > BLOCKING_LIMIT_MS ? watched.blocking + 1 : 0
      if (watched.blocking === BLOCKING_ROUNDS) {
        this.#options.troubled(watched.sensor.id, new Error(`Blocked the process for ${blocked.toFixed(1)} ms.`))
      }
      if (reading instanceof Promise) return this.#await(watched, reading, readings)
      this.#keep(watched, reading, readings)
    } catch (error) {
      this.#fail(watched, error)
    }
    return null
  }

  async #await(watched: Watched<T>, reading: Promise<T>, readings: Map<string, T>): Promise<void> {
    watched.reading = true
    const settled = reading.finally(() => {
      watched.reading = false
    })
    try {
      this.#keep(watched, await this.#inTime(settled), readings)
    } catch (error) {
      this.#fail(watched, error)
    }
  }

  async #inTime<V>(answer: Promise<V>): Promise<V> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const { timeoutMs } = this.#options
    const timer = setTimeout(() => reject(new Error(`No answer within ${timeoutMs} ms.`)), timeoutMs)
    try {
      return await Promise.race([answer, late])
    } finally {
      clearTimeout(timer)
    }
  }

  #keep(watched: Watched<T>, reading: T, readings: Map<string, T>): void {
    watched.failing = false
    readings.set(watched.sensor.id, reading)
  }

  #fail(watched: Watched<T>, error: unknown): void {
    if (!watched.failing) this.#options.troubled(watched.sensor.id, error)
    watched.failing = true
    watched.failure = error
  }
}
