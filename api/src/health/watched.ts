import { failed, type HealthComponent, type Report } from './component.ts'
import type { Masking } from './masking.ts'
import type { Reason, Service, ServiceError, ServiceState } from './model.ts'

const hour = 3_600_000
/** So many changes are remembered: more is told as so many. */
const mostChanges = 1_000
/** A component that speaks more often than this, in milliseconds, is heard once: the newest counts. */
const restBetweenReports = 100

export interface WatchedDeps {
  readonly now: () => Date
  readonly masking: Masking
  readonly timeoutMs: number
  /** Its own report differs from the one before, or only its moment. */
  changed(watched: Watched): void
  /** It kept the process from everything else for so many milliseconds. */
  blocked(watched: Watched, milliseconds: number): void
}

/** One component, with what is known about it. Whatever it does, throw, hang or flap, ends here. */
export class Watched {
  readonly component: HealthComponent
  readonly #deps: WatchedDeps
  report: Report
  checkedAt: Date | null = null
  lastError: ServiceError | null = null
  restarts = 0
  /** As it was shown last, to find what changed. */
  shown: { readonly state: ServiceState; readonly since: Date } | null = null
  readonly #changes: number[] = []
  /** The check under way, also when it is not waited for any more: another one must not be started beside it. */
  #checking: Promise<void> | null = null
  #hangs = false
  #restarting: Promise<void> | null = null
  #generation = 0
  #askedAt = Number.NEGATIVE_INFINITY
  #heard: { pending: Report | null; timer: NodeJS.Timeout } | null = null
  readonly #stopPushing: () => void

  constructor(component: HealthComponent, deps: WatchedDeps) {
    this.component = component
    this.#deps = deps
    this.report = { state: 'STOPPED', reason: { code: 'NOT_CHECKED', message: 'It has not been looked at yet.' } }
    this.#stopPushing = component.push?.((report) => this.#hear(report)) ?? (() => {})
  }

  get hangs(): boolean {
    return this.#hangs
  }

  get restarting(): boolean {
    return this.#restarting !== null
  }

  isDue(now: number): boolean {
    return now - this.#askedAt >= (this.component.everyMs ?? 0)
  }

  /** Resolves when there is an answer, or none came in time. Never rejects. */
  async check(now: number): Promise<void> {
    if (!this.component.check || this.#restarting) return
    this.#checking ??= this.#ask(now)
    await this.#checking
  }

  /** Rejects with what the restart failed with, or when it takes longer than that. Who asks meanwhile waits for the same one. */
  async restart(begin: () => Promise<void>, withinMs: number): Promise<void> {
    this.#restarting ??= this.#begin(begin, withinMs).finally(() => {
      this.#restarting = null
    })
    await this.#restarting
  }

  close(): void {
    this.#stopPushing()
    clearTimeout(this.#heard?.timer)
    this.#generation += 1
  }

  /** Notes a state that is shown, and since when. */
  show(state: ServiceState, at: Date): Date {
    if (this.shown?.state === state) return this.shown.since
    if (this.shown && this.#changes.length < mostChanges) this.#changes.push(at.getTime())
    this.shown = { state, since: at }
    return at
  }

  changesSince(now: Date): number {
    const from = now.getTime() - hour
    while ((this.#changes[0] ?? from) < from) this.#changes.shift()
    return this.#changes.length
  }

  /** What the component says about itself, fit to be shown. */
  own(): Pick<Service, 'counters' | 'details' | 'lastError' | 'checkedAt' | 'restarts'> & { state: ServiceState; reason: Reason | null } {
    const { masking } = this.#deps
    const { counters = {}, details = [], reason, state } = this.report
    return {
      state: this.#restarting ? 'STOPPED' : state,
      reason: this.#restarting
        ? { code: 'RESTARTING', message: 'It is being restarted.' }
        : reason
          ? { code: reason.code, message: masking.mask(reason.message) }
          : null,
      counters,
      details: details.map((detail) => (typeof detail.value === 'string' ? { ...detail, value: masking.mask(detail.value) } : detail)),
      lastError: this.lastError,
      checkedAt: this.checkedAt,
      restarts: this.restarts,
    }
  }

  async #ask(now: number): Promise<void> {
    const { component } = this
    this.#askedAt = now
    const generation = this.#generation
    // What answers at once must not be over before it is known to be under way.
    await null
    const { promise: answered, resolve } = Promise.withResolvers<void>()
    const settle = (report: Report) => {
      clearTimeout(timer)
      if (generation === this.#generation) {
        this.#checking = null
        this.#hangs = false
        this.apply(report)
      }
      resolve()
    }
    const timer = setTimeout(() => {
      // It may answer later: until then nothing else is asked of it.
      if (generation === this.#generation) {
        this.#hangs = true
        this.apply(failed('NO_ANSWER', 'It does not answer.', { error: new Error(`No answer within ${this.#deps.timeoutMs} ms.`) }))
      }
      resolve()
    }, this.#deps.timeoutMs)
    timer.unref()
    const before = performance.now()
    try {
      const answer = component.check?.()
      const blocked = performance.now() - before
      if (blocked > 50) this.#deps.blocked(this, blocked)
      if (answer instanceof Promise) answer.then(settle, (error: unknown) => settle(thrown(error)))
      else settle(answer ?? this.report)
    } catch (error) {
      settle(thrown(error))
    }
    await answered
  }

  async #begin(begin: () => Promise<void>, withinMs: number): Promise<void> {
    // What was asked before concerns what was there before.
    this.#generation += 1
    this.#checking = null
    this.#hangs = false
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error(`Not restarted within ${withinMs} ms.`)), withinMs)
    try {
      await Promise.race([begin(), late])
      this.restarts += 1
      this.report = { state: 'STOPPED', reason: { code: 'NOT_CHECKED', message: 'It has not been looked at yet.' } }
    } catch (error) {
      this.#note(failed('RESTART_FAILED', 'It could not be restarted.', { error }))
      throw error
    } finally {
      clearTimeout(timer)
    }
  }

  #hear(report: Report): void {
    if (this.#heard) {
      // What it failed with is kept although nobody will see that state.
      if (report.error !== undefined) this.#noteError(report.error)
      this.#heard.pending = report
      return
    }
    const timer = setTimeout(() => {
      const pending = this.#heard?.pending
      this.#heard = null
      if (pending) this.#hear(pending)
    }, restBetweenReports)
    timer.unref()
    this.#heard = { pending: null, timer }
    this.apply(report)
  }

  apply(report: Report): void {
    this.#note(report)
    this.#deps.changed(this)
  }

  #note(report: Report): void {
    this.report = report
    this.checkedAt = this.#deps.now()
    if (report.error !== undefined) this.#noteError(report.error)
  }

  /** The moment of an error that goes on being reported is when it was seen last. */
  #noteError(error: unknown): void {
    const { masking, now } = this.#deps
    this.lastError = { message: masking.textOf(error), at: now() }
  }
}

function thrown(error: unknown): Report {
  return failed('CHECK_FAILED', 'It does not work.', { error })
}
