import { createHash } from 'node:crypto'
import type { Origin } from '../auth/model.ts'
import { addressKey } from './address-key.ts'
import type { DeviceTokens, KnownDevice } from './device-tokens.ts'
import type { Limiter } from './limiter.ts'
import type { Backoff, LimitStore, Row } from './store.ts'

const second = 1_000
const day = 24 * 3_600 * second

/** Wrong passwords of one browser, or of one address, for one account: five are free, then the wait doubles up to a quarter of an hour. */
const backoff: Backoff = { free: 5, firstMs: second, longestMs: 900 * second, forgetMs: 3_600 * second }
/**
 * Strangers at one account, from all addresses together: twenty at once, then one a second, in the order in which their
 * addresses asked. So somebody new waits at most one second for each address that asked before, and a quarter of an hour in all
 * unless more than 900 addresses ask at once. A turn is kept for five minutes.
 */
const strangers: Row = { burst: 20, intervalMs: second, longestMs: 900 * second, holdMs: 300 * second }
/** An address from which somebody signed in to this account needs no turn for so long. */
const familiarForMs = 30 * day

export interface SignInGuardDeps {
  readonly store: LimitStore
  readonly limiter: Limiter
  readonly devices: DeviceTokens
}

/** A sign-in under way: it counts as wrong until it is told that it was right, or that nobody looked. */
export interface SignInAttempt {
  /** Gives back what was counted. Returns what the browser's device cookie should hold from now on. */
  succeeded(): Promise<string>
  /** Gives back what was counted, and the turn: the password was not looked at. */
  withdraw(): Promise<void>
}

/**
 * Slows down who guesses the password of an account, and lets nobody lock its owner out by guessing: a browser that has signed
 * in before is counted by itself, told by its own cookie (OWASP, "Slow Down Online Guessing Attacks with Device Cookies").
 * The name is all that is looked at, so that accounts which do not exist behave as those which do.
 */
export class SignInGuard {
  readonly #deps: SignInGuardDeps

  constructor(deps: SignInGuardDeps) {
    this.#deps = deps
  }

  /**
   * Before the password is looked at. `usernameKey` is the folded name; `device` is the browser's device cookie, which counts
   * only from after the last change of the password: `passwordChangedAt` tells, and is asked for known browsers alone. Errors: RATE_LIMITED.
   */
  async begin(
    origin: Origin,
    usernameKey: string,
    device: string | null,
    passwordChangedAt: () => Promise<Date | null>,
  ): Promise<SignInAttempt> {
    const { devices, limiter, store } = this.#deps
    const account = createHash('sha256').update(usernameKey).digest('base64url')
    const known = await nameOf(devices.find(device, account), passwordChangedAt)
    const who = { address: origin.address, accountId: null }
    const address = addressKey(origin.address)
    const own = known ? `signIn:device:${known}` : `signIn:at:${account}:${address}`
    const familiar = `signIn:familiar:${account}:${address}`
    // A known browser is not counted by its address: it may share that with whoever is guessing.
    if (!known) await limiter.require('signIn', who)
    const wait = await store.attempt(own, backoff)
    if (wait > 0) throw limiter.deny('signIn', wait)
    const row = `signIn:row:${account}`
    const needsTurn = !known && !(await store.remembers(familiar))
    if (needsTurn) {
      const turn = await store.turn(row, address, strangers)
      if (turn > 0) throw limiter.deny('signIn', turn)
    }
    return {
      succeeded: async () => {
        if (!known) await limiter.giveBack('signIn', who)
        await store.forget(own)
        await store.remember(familiar, familiarForMs)
        return devices.add(device, account)
      },
      withdraw: async () => {
        if (!known) await limiter.giveBack('signIn', who)
        await store.withdraw(own, backoff)
        if (needsTurn) await store.returnTurn(row, address, strangers)
      },
    }
  }
}

/** Whoever collected cookies with a password that was found out guesses at the next one as a stranger. */
async function nameOf(found: KnownDevice | null, passwordChangedAt: () => Promise<Date | null>): Promise<string | null> {
  if (!found) return null
  const changedAt = await passwordChangedAt()
  // The cookie knows the second alone.
  return changedAt && found.since.getTime() < Math.floor(changedAt.getTime() / second) * second ? null : found.nonce
}
