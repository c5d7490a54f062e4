import { hostname } from 'node:os'
import { generateSecret, generateURI, verifySync } from 'otplib'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import type { Secrets } from '../platform/secrets.ts'

/** What every authenticator app understands (RFC 6238): SHA-1, six digits, a step of 30 seconds. */
const format = { algorithm: 'sha1', digits: 6, period: 30 } as const
/** 160 bits, the length of the hash, as RFC 4226 section 4 recommends. */
const secretBytes = 20

/** A secret that an app may scan, before it is known that it did. */
export interface TotpSecret {
  /** Base 32, to type. */
  readonly secret: string
  /** To scan: `otpauth://totp/…`. */
  readonly uri: string
}

export interface TotpDeps {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: Secrets
}

/** Codes of authenticator apps. The secret is sealed at rest, and leaves the server only until it is confirmed. */
export class Totp {
  readonly #deps: TotpDeps

  constructor(deps: TotpDeps) {
    this.#deps = deps
  }

  /** A new secret, kept nowhere yet. */
  create(username: string): TotpSecret {
    const secret = generateSecret({ length: secretBytes })
    // The colon parts the issuer from the name in such an address.
    const issuer = `BaluHost ${hostname()}`.replaceAll(':', ' ')
    return { secret, uri: generateURI({ issuer, label: username, secret, ...format }) }
  }

  seal(userId: string, secret: string): string {
    return this.#deps.secrets.seal(totpContext(userId), secret)
  }

  /** The time step whose code this is, of a secret that is not the account's yet; null for a wrong one. */
  stepOfSealed(userId: string, sealed: string, code: string): number | null {
    return stepOf(this.#deps.secrets.open(totpContext(userId), sealed), code, this.#deps.clock.now())
  }

  /** Makes a sealed secret the account's. The code that confirmed it counts as used. */
  async keep(userId: string, sealed: string, lastStep: number, transaction: DatabaseTransaction): Promise<void> {
    const now = this.#deps.clock.now()
    const data = { secret: sealed, createdAt: now, confirmedAt: now, lastStep }
    await transaction.totp.upsert({ where: { userId }, create: { userId, ...data }, update: data })
  }

  /**
   * Uses up a code: true once for each, also when it comes several times at once, and never for one that is older than one
   * that was used. One step to either side is right too: clocks differ, and typing takes time (RFC 6238, 5.2).
   */
  async use(userId: string, typed: string): Promise<boolean> {
    const { clock, database, secrets } = this.#deps
    const row = await database.totp.findUnique({ where: { userId } })
    if (!row?.confirmedAt) return false
    const step = stepOf(secrets.open(totpContext(userId), row.secret), typed, clock.now())
    if (step === null) return false
    const where = { userId, secret: row.secret, OR: [{ lastStep: null }, { lastStep: { lt: step } }] }
    return (await database.totp.updateMany({ where, data: { lastStep: step } })).count === 1
  }

  async drop(userId: string, transaction: DatabaseTransaction): Promise<boolean> {
    return (await transaction.totp.deleteMany({ where: { userId } })).count > 0
  }
}

/** Whether somebody who types this means a code of an authenticator. */
export function isTotpCode(typed: string): boolean {
  return /^\d{6}$/.test(fold(typed))
}

function stepOf(secret: string, typed: string, now: Date): number | null {
  const token = fold(typed)
  if (!isTotpCode(token)) return null
  const result = verifySync({ secret, token, epoch: Math.floor(now.getTime() / 1_000), epochTolerance: format.period, ...format })
  return result.valid && 'timeStep' in result ? result.timeStep : null
}

/** Apps show it as two groups of three. */
function fold(typed: string): string {
  return typed.slice(0, 32).replace(/\s/g, '')
}

/** What the secret of an account's authenticator is sealed for. */
export function totpContext(userId: string): string {
  return `totp:${userId}`
}
