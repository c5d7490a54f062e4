import type { Limiter } from '../limits/limiter.ts'
import type { Backoff, LimitStore } from '../limits/store.ts'
import { ServerBusy } from './errors.ts'

const second = 1_000

/** Five wrong ones are free, then the wait doubles up to a quarter of an hour: about a hundred guesses a day of a million codes. */
const backoff: Backoff = { free: 5, firstMs: second, longestMs: 900 * second, forgetMs: 24 * 3_600 * second }

/**
 * Slows down who guesses the codes of an account, or its password in a session that was left open, however many sign-ins
 * they begin and from wherever: only who knows the password or has a session comes so far, and the owner is better kept
 * waiting than robbed. Passkeys are not guessed, and not slowed.
 */
export class GuessGuard {
  readonly #store: LimitStore
  readonly #limiter: Limiter

  constructor({ store, limiter }: { store: LimitStore; limiter: Limiter }) {
    this.#store = store
    this.#limiter = limiter
  }

  /** Before a code is looked at: it counts as wrong until it is told that it was right. Errors: RATE_LIMITED. */
  async begin(what: 'verifyTwoFactor' | 'confirmIdentity', userId: string): Promise<{ succeeded(): Promise<void> }> {
    const key = `code:${what}:${userId}`
    await this.#count(what, key)
    return { succeeded: () => this.#store.forget(key) }
  }

  /**
   * What `look` says of the password of an account, unless too many wrong ones were given just before, wherever it is asked
   * for: who guesses gains nothing by asking elsewhere. Errors: RATE_LIMITED, SERVER_BUSY.
   */
  async checkPassword(what: 'confirmIdentity' | 'changePassword', userId: string, look: () => Promise<boolean>): Promise<boolean> {
    const key = `password:${userId}`
    await this.#count(what, key)
    try {
      const isRight = await look()
      if (isRight) await this.#store.forget(key)
      return isRight
    } catch (error) {
      // Sent away before it was looked at.
      if (error instanceof ServerBusy) await this.#store.withdraw(key, backoff)
      throw error
    }
  }

  async #count(what: 'verifyTwoFactor' | 'confirmIdentity' | 'changePassword', key: string): Promise<void> {
    const wait = await this.#store.attempt(key, backoff)
    if (wait > 0) throw this.#limiter.deny(what, wait)
  }
}
