import type { Actor } from '../auth/model.ts'

import { type Bus, type Reader, startingWith } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import { InvalidInput } from '../platform/errors.ts'
import { type Collection, Sampler, type Sensor } from '../platform/sampler.ts'
import { MetricUnknown } from './errors.ts'
import { meansOf } from './history.ts'
import { METRICS, type Readings, type TelemetrySample, type TelemetrySeries, telemetrySampled, unitOf } from './model.ts'
import { requireReadTelemetry } from './policy.ts'
import { Ring } from './ring.ts'
import { sampleAt } from './sample.ts'

const RING_SECONDS = 15 * 60
const EVERY_MS = 1000
const TIMEOUT_MS = 800
const MOST_POINTS = 2000

export interface TelemetryOptions {
  readonly bus: Bus
  readonly clock: Clock
  readonly sensors: readonly Sensor<Readings>[]
  /** A sensor began to fail or took too long: for the log. */
  troubled(sensorId: string, error: unknown): void
}

/** What this machine does, second by second, for the last 15 minutes and from now on. Everybody signed in may read it. */
export class TelemetryService {
  readonly #bus: Bus
  readonly #clock: Clock
  readonly #ring = new Ring(RING_SECONDS)
  readonly #sampler: Sampler<Readings>
  #samples = 0
  /** When the newest sample was taken, or sampling began. */
  #movedAt = 0

  constructor({ bus, clock, sensors, troubled }: TelemetryOptions) {
    this.#bus = bus
    this.#clock = clock
    for (const { name } of METRICS) this.#ring.declare(name)
    const collected = (collection: Collection<Readings>) => this.#keep(collection)
    this.#sampler = new Sampler({ sensors, everyMs: EVERY_MS, timeoutMs: TIMEOUT_MS, clock, collected, troubled })
  }

  /** Begins to sample; the first sample is there within a second. */
  start(): void {
    this.#movedAt = this.#clock.monotonic()
    this.#sampler.start()
  }

  stop(): void {
    this.#sampler.stop()
  }

  /** How sampling goes, for the health of services. */
  get sampling() {
    return {
      isRunning: this.#sampler.isRunning,
      samples: this.#samples,
      /** Milliseconds since the newest sample, or since the beginning. */
      age: this.#clock.monotonic() - this.#movedAt,
      lastAt: this.#current()?.at ?? null,
      ...this.#sampler.troubles(),
    }
  }

  /** The newest sample; null in the first second after start. Throws UNAUTHENTICATED. */
  current(actor: Actor): TelemetrySample | null {
    requireReadTelemetry(actor)
    return this.#current()
  }

  /** The samples of the last `seconds` (1 to 900), oldest first; seconds without a sample are left out. */
  recent(actor: Actor, seconds: number): TelemetrySample[] {
    requireReadTelemetry(actor)
    if (!Number.isInteger(seconds) || seconds < 1 || seconds > RING_SECONDS) {
      throw new InvalidInput(`Seconds go from 1 to ${RING_SECONDS}.`, 'seconds')
    }
    const samples: TelemetrySample[] = []
    const now = Math.floor(this.#clock.now().getTime() / 1000)
    for (let second = now - seconds + 1; second <= now; second += 1) {
      const sample = sampleAt(this.#ring, second)
      if (sample) samples.push(sample)
    }
    return samples
  }

  /**
   * Means of one metric over at most `points` equal buckets between two moments, null where nothing was sampled.
   * Throws METRIC_UNKNOWN, INVALID_INPUT (a range that ends before it begins, points outside 1 to 2000), UNAUTHENTICATED.
   */
  history(actor: Actor, query: { metric: string; from: Date; to: Date; points: number }): TelemetrySeries {
    requireReadTelemetry(actor)
    const { metric, points } = query
    const [from, to] = [query.from.getTime(), query.to.getTime()]
    if (!this.#ring.has(metric)) throw new MetricUnknown(metric, this.#ring.metrics)
    if (!(from < to)) throw new InvalidInput('The range must end after it begins.', 'to')
    if (!Number.isInteger(points) || points < 1 || points > MOST_POINTS) {
      throw new InvalidInput(`Points go from 1 to ${MOST_POINTS}.`, 'points')
    }
    return { metric, unit: unitOf(metric), points: meansOf(this.#ring, metric, from, to, points) }
  }

  /** The newest sample at once, then one each second. Throws UNAUTHENTICATED. */
  watch(actor: Actor): Reader<TelemetrySample> {
    requireReadTelemetry(actor)
    const reader = this.#bus.watch(telemetrySampled, '')
    const present = this.#current()
    return present ? startingWith(() => present, reader) : reader
  }

  #current(): TelemetrySample | null {
    return Number.isNaN(this.#ring.newest) ? null : sampleAt(this.#ring, this.#ring.newest)
  }

  #keep({ at, readings }: Collection<Readings>): void {
    this.#samples += 1
    this.#movedAt = this.#clock.monotonic()
    this.#ring.push(at.getTime() / 1000, entriesOf(readings))
    const sample = this.#current()
    if (sample) this.#bus.publish(telemetrySampled, '', sample)
  }
}

function* entriesOf(readings: ReadonlyMap<string, Readings>): Generator<readonly [string, number]> {
  for (const reading of readings.values()) yield* reading
}
