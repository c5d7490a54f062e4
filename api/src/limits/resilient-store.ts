import type { Log } from '../platform/log.ts'
import type { Backoff, LimitStore, Row, Take, Taken } from './store.ts'

/** After a failure the shared store is left alone for so long, in milliseconds: no request waits for what has just been away. */
const pause = 2_000

/** Counts in the shared store, and in this process while that is away: never without a limit, and never down with it. */
export class ResilientLimitStore implements LimitStore {
  readonly #shared: LimitStore
  readonly #own: LimitStore
  readonly #log: Pick<Log, 'warn' | 'info'>
  readonly #now: () => number
  #awayUntil = 0
  #isAway = false

  constructor({ shared, own, log, now }: { shared: LimitStore; own: LimitStore; log: Pick<Log, 'warn' | 'info'>; now: () => number }) {
    this.#shared = shared
    this.#own = own
    this.#log = log
    this.#now = now
  }

  /** Whether counts are kept in this process alone for now. */
  get isAway(): boolean {
    return this.#isAway
  }

  /** The shared store is asked again with the next request. */
  retry(): void {
    this.#awayUntil = 0
  }

  take(takes: readonly Take[]): Promise<Taken> {
    return this.#ask((store) => store.take(takes))
  }

  giveBack(takes: readonly Take[]): Promise<void> {
    return this.#ask((store) => store.giveBack(takes))
  }

  attempt(key: string, backoff: Backoff): Promise<number> {
    return this.#ask((store) => store.attempt(key, backoff))
  }

  withdraw(key: string, backoff: Backoff): Promise<void> {
    return this.#ask((store) => store.withdraw(key, backoff))
  }

  turn(row: string, holder: string, rules: Row): Promise<number> {
    return this.#ask((store) => store.turn(row, holder, rules))
  }

  returnTurn(row: string, holder: string, rules: Row): Promise<void> {
    return this.#ask((store) => store.returnTurn(row, holder, rules))
  }

  remember(key: string, forMs: number): Promise<void> {
    return this.#ask((store) => store.remember(key, forMs))
  }

  remembers(key: string): Promise<boolean> {
    return this.#ask((store) => store.remembers(key))
  }

  forget(key: string): Promise<void> {
    return this.#ask((store) => store.forget(key))
  }

  async close(): Promise<void> {
    await Promise.all([this.#shared.close(), this.#own.close()])
  }

  async #ask<T>(question: (store: LimitStore) => Promise<T>): Promise<T> {
    if (this.#now() >= this.#awayUntil) {
      try {
        const answer = await question(this.#shared)
        if (this.#isAway) this.#log.info({}, 'Redis is back: limits are counted there again')
        this.#isAway = false
        return answer
      } catch (err) {
        this.#awayUntil = this.#now() + pause
        // Once for each time it is away, not once for each request.
        if (!this.#isAway) this.#log.warn({ err }, 'Redis does not answer: limits are counted in this process alone until it does')
        this.#isAway = true
      }
    }
    return question(this.#own)
  }
}
