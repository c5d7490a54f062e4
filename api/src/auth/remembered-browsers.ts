import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { cookieName, readCookie, setCookieHeader } from './cookies.ts'
import type { Origin } from './model.ts'
import { createToken, hashToken } from './token.ts'

const rememberedCookieName = cookieName('browser')
const day = 24 * 3_600_000
/** How long a browser is remembered, in milliseconds. */
export const browserRemembered = 30 * day
/** As many people as share a browser and are remembered by it. */
const mostInCookie = 6

/** A browser that needs no second factor for a while, as its owner may see it. */
export interface RememberedBrowser {
  readonly id: string
  readonly client: string | null
  readonly createdAt: Date
  readonly expiresAt: Date
  /** True for the one that asks. */
  readonly isCurrent: boolean
}

/** The cookies that a request came with. */
export interface BrowserCookies {
  readonly cookies: string | undefined
  readonly secure: boolean
}

/** What of an account ends the remembering. */
interface Owner {
  readonly id: string
  readonly passwordChangedAt: Date | null
}

/** Browsers that have shown a second factor lately: the password is enough there. Only hashes of their tokens are kept. */
export class RememberedBrowsers {
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: { database: Database; clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  /** Returns the cookie that makes this browser known. */
  async remember(userId: string, { client }: Pick<Origin, 'client'>, browser: BrowserCookies): Promise<string> {
    const createdAt = this.#clock.now()
    const expiresAt = new Date(createdAt.getTime() + browserRemembered)
    const token = createToken()
    await this.#database.rememberedBrowser.deleteMany({ where: { expiresAt: { lte: createdAt } } })
    const row = { id: createId(createdAt.getTime()), tokenHash: hashToken(token), userId, createdAt, expiresAt, client }
    await this.#database.rememberedBrowser.create({ data: row })
    const tokens = [token, ...tokensOf(browser)].slice(0, mostInCookie)
    return setCookieHeader(rememberedCookieName, tokens.join('.'), { secure: browser.secure, maxAge: browserRemembered / 1_000 })
  }

  /** Whether this browser needs no second factor: not when it was remembered before the password was changed. */
  async knows(owner: Owner, browser: BrowserCookies): Promise<boolean> {
    const hashes = tokensOf(browser).map(hashToken)
    if (hashes.length === 0) return false
    const fresh = {
      expiresAt: { gt: this.#clock.now() },
      ...(owner.passwordChangedAt ? { createdAt: { gte: owner.passwordChangedAt } } : {}),
    }
    return (await this.#database.rememberedBrowser.count({ where: { userId: owner.id, tokenHash: { in: hashes }, ...fresh } })) > 0
  }

  /** The newest first. */
  async list(userId: string, browser: BrowserCookies): Promise<RememberedBrowser[]> {
    const hashes = new Set(tokensOf(browser).map(hashToken))
    const where = { userId, expiresAt: { gt: this.#clock.now() } }
    const rows = await this.#database.rememberedBrowser.findMany({ where, orderBy: { id: 'desc' }, take: 200 })
    return rows.map(({ id, client, createdAt, expiresAt, tokenHash }) => ({
      id,
      client,
      createdAt,
      expiresAt,
      isCurrent: hashes.has(tokenHash),
    }))
  }

  /** Forgets one of the account's browsers, or all. Returns how many. */
  async forget(userId: string, id: string | null, transaction: DatabaseTransaction = this.#database): Promise<number> {
    return (await transaction.rememberedBrowser.deleteMany({ where: { userId, ...(id === null ? {} : { id }) } })).count
  }
}

function tokensOf({ cookies, secure }: BrowserCookies): string[] {
  const value = readCookie(cookies, rememberedCookieName, secure) ?? ''
  return value.split('.', mostInCookie).filter((token) => /^[\w-]{43}$/.test(token))
}
