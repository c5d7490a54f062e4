import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { cookieName } from '../auth/cookies.ts'
import type { Clock } from '../platform/clock.ts'
import type { Secrets } from '../platform/secrets.ts'

/** The cookie of a browser in which somebody has signed in: it proves nothing but that. */
export const deviceCookieName = cookieName('device')

/** In seconds: the longest that browsers keep a cookie. */
export const deviceCookieLifetime = 400 * 24 * 3_600

/** A household's browser is used by a few people. The one who has not signed in for longest is forgotten. */
const mostAccounts = 6

/** A browser as an account knows it. */
export interface KnownDevice {
  readonly nonce: string
  /** To the second. */
  readonly since: Date
}

/**
 * What the device cookie holds: for each account that signed in here `<account>.<nonce>.<begin>.<key id>.<seal>`, joined by `~`.
 * The account is a hash of its name. Sealed, so that nobody makes one up and guesses with as many browsers as they like.
 */
export class DeviceTokens {
  readonly #secrets: Secrets
  readonly #clock: Clock

  constructor({ secrets, clock }: { secrets: Secrets; clock: Clock }) {
    this.#secrets = secrets
    this.#clock = clock
  }

  /** The browser's own name for this account, and since when it has it; null when nobody signed in to it there. */
  find(cookie: string | null, account: string): KnownDevice | null {
    const found = this.#valid(cookie).find((token) => token.account === account)
    return found ? { nonce: found.nonce, since: new Date(found.begin * 1_000) } : null
  }

  /** The cookie with this account in it. A new name each time: what was counted for the old one is of the past. */
  add(cookie: string | null, account: string): string {
    const others = this.#valid(cookie).filter((token) => token.account !== account)
    const { keyId } = this.#secrets
    const body = `${account}.${randomBytes(16).toString('base64url')}.${Math.floor(this.#clock.now().getTime() / 1_000)}.${keyId}`
    return [`${body}.${this.#seal(body, keyId)}`, ...others.slice(0, mostAccounts - 1).map(({ text }) => text)].join('~')
  }

  #valid(cookie: string | null): { account: string; nonce: string; begin: number; text: string }[] {
    return (cookie ?? '')
      .slice(0, 2_048)
      .split('~')
      .flatMap((text) => {
        const [account = '', nonce = '', begin = '', keyId = '', seal = ''] = text.split('.')
        if (!/^[a-z0-9]{1,16}$/.test(keyId) || !this.#isSealed(`${account}.${nonce}.${begin}.${keyId}`, keyId, seal)) return []
        const age = this.#clock.now().getTime() / 1_000 - Number(begin)
        return age < deviceCookieLifetime ? [{ account, nonce, begin: Number(begin), text }] : []
      })
  }

  #isSealed(body: string, keyId: string, seal: string): boolean {
    try {
      const [a, b] = [Buffer.from(this.#seal(body, keyId)), Buffer.from(seal)]
      return a.length === b.length && timingSafeEqual(a, b)
    } catch {
      // Sealed with a master key that is not here any more.
      return false
    }
  }

  #seal(body: string, keyId: string): string {
    return createHmac('sha256', this.#secrets.derive('device cookie', keyId)).update(body).digest('base64url')
  }
}
