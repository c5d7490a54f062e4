import { createHmac, randomInt } from 'node:crypto'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import type { Secrets } from '../platform/secrets.ts'

/** Crockford's base 32, which has no letters that are read as digits. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
/** 12 letters of 5 bits: 60 bits each. */
const length = 12
export const recoveryCodeCount = 10

export interface RecoveryCodesDeps {
  readonly database: Database
  readonly clock: Clock
  readonly secrets: Secrets
}

/**
 * What signs in once when the authenticator is lost. Kept is an HMAC under a key that is not in the database: whoever
 * copies the database cannot even try codes.
 */
export class RecoveryCodes {
  readonly #deps: RecoveryCodesDeps

  constructor(deps: RecoveryCodesDeps) {
    this.#deps = deps
  }

  /** Ten new ones; those before are worth nothing any more. The only time that they can be read. */
  async replace(userId: string, transaction: DatabaseTransaction): Promise<string[]> {
    const createdAt = this.#deps.clock.now()
    const { keyId } = this.#deps.secrets
    const codes = Array.from({ length: recoveryCodeCount }, createCode)
    await transaction.recoveryCode.deleteMany({ where: { userId } })
    await transaction.recoveryCode.createMany({
      data: codes.map((code) => ({ id: createId(createdAt.getTime()), userId, codeHash: this.#hash(userId, code, keyId), createdAt })),
    })
    return codes.map(readable)
  }

  /** Uses one up. False for what is none, or was used before: of several at once with the same code one is answered true. */
  async use(userId: string, typed: string): Promise<boolean> {
    const code = fold(typed)
    if (code.length !== length) return false
    const rows = await this.#deps.database.recoveryCode.findMany({ where: { userId, usedAt: null } })
    const keyIds = new Set(rows.map(({ codeHash }) => codeHash.split(':')[0] ?? ''))
    for (const keyId of keyIds) {
      const codeHash = this.#hashIfPossible(userId, code, keyId)
      if (codeHash === null) continue
      const where = { userId, codeHash, usedAt: null }
      const { count } = await this.#deps.database.recoveryCode.updateMany({ where, data: { usedAt: this.#deps.clock.now() } })
      if (count === 1) return true
    }
    return false
  }

  async left(userId: string, transaction: DatabaseTransaction = this.#deps.database): Promise<number> {
    return transaction.recoveryCode.count({ where: { userId, usedAt: null } })
  }

  async drop(userId: string, transaction: DatabaseTransaction): Promise<void> {
    await transaction.recoveryCode.deleteMany({ where: { userId } })
  }

  /** `<key id>:<HMAC>`: the id says which master key it was, for when there is another. */
  #hash(userId: string, code: string, keyId: string): string {
    return `${keyId}:${createHmac('sha256', this.#deps.secrets.derive('recovery-codes', keyId)).update(`${userId}:${code}`).digest('base64url')}`
  }

  /** Null when the master key is gone: what was made with it cannot be used, others can. */
  #hashIfPossible(userId: string, code: string, keyId: string): string | null {
    try {
      return this.#hash(userId, code, keyId)
    } catch {
      return null
    }
  }
}

/** Whether somebody who types this means a recovery code: a code of an authenticator is six digits. */
export function isRecoveryCode(typed: string): boolean {
  return fold(typed).length === length
}

function createCode(): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

/** `xxxx-xxxx-xxxx` */
function readable(code: string): string {
  return code.replace(/(.{4})(?=.)/g, '$1-')
}

/** As it was made, from what a person reads off paper: spaces, dashes and case do not matter, nor do letters that look like digits. */
function fold(typed: string): string {
  return typed.slice(0, 64).toLowerCase().replace(/[\s-]/g, '').replaceAll('o', '0').replace(/[il]/g, '1')
}
