import type { Clock } from '../platform/clock.ts'
import type { ProgressReport } from './kind.ts'
import type { JobProgress } from './model.ts'
import { etaOf } from './rows.ts'

/** The rate is that of about the last so many milliseconds. */
const window = 10_000
/** People see at most four frames a second of one job. */
export const frameMs = 250
/** The database is told at most once in so many milliseconds: what is lost by a crash is a number, not work. */
const writeMs = 2_000
const longestItem = 1_000

export interface ProgressDeps {
  readonly clock: Clock
  /** Told at most four times a second. */
  publish(progress: JobProgress): void
  /** Told less often. */
  write(progress: JobProgress): void
}

/** Takes in what a job reports, however often it does, and passes on what people can follow. */
export class ProgressMeter {
  readonly #deps: ProgressDeps
  /** When how much was done, oldest first: what the rate is told by. */
  #marks: { readonly at: number; readonly done: number }[] = []
  #latest: JobProgress | null = null
  #frame: NodeJS.Timeout | null = null
  #publishedAt = Number.NEGATIVE_INFINITY
  #writtenAt: number

  constructor(deps: ProgressDeps) {
    this.#deps = deps
    this.#writtenAt = deps.clock.monotonic()
  }

  get latest(): JobProgress | null {
    return this.#latest
  }

  report({ done, total, unit, item }: ProgressReport): void {
    const now = this.#deps.clock.monotonic()
    this.#mark(now, done)
    const rate = this.#rate()
    this.#latest = { done, total, unit, rate, etaSeconds: etaOf(done, total, rate), item: item?.slice(0, longestItem) ?? null }
    const wait = this.#publishedAt + frameMs - now
    if (wait <= 0) this.#publish()
    else this.#frame ??= setTimeout(() => this.#publish(), wait)
  }

  /** No frame comes after this. */
  stop(): void {
    if (this.#frame) clearTimeout(this.#frame)
    this.#frame = null
  }

  #publish(): void {
    this.stop()
    if (!this.#latest) return
    const now = this.#deps.clock.monotonic()
    this.#publishedAt = now
    this.#deps.publish(this.#latest)
    if (now - this.#writtenAt < writeMs) return
    this.#writtenAt = now
    this.#deps.write(this.#latest)
  }

  #mark(at: number, done: number): void {
    const last = this.#marks.at(-1)
    // It began anew, as a second pass does: what was before tells nothing about it.
    if (last && done < last.done) this.#marks = []
    // Marks closer together than a frame tell no more than one.
    if (this.#marks.length > 1 && last && at - last.at < frameMs) this.#marks.pop()
    this.#marks.push({ at, done })
    while (this.#marks.length > 2 && at - (this.#marks[1]?.at ?? at) > window) this.#marks.shift()
  }

  #rate(): number | null {
    const [first, last] = [this.#marks[0], this.#marks.at(-1)]
    if (!first || !last || last.at - first.at < frameMs) return null
    return ((last.done - first.done) / (last.at - first.at)) * 1_000
  }
}
