import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from '../platform/secrets.ts'
import { canonicalText } from './canonical.ts'
import type { AuditDraft } from './model.ts'

/** Hashes and seals with the key that is kept outside the database: whoever can only write rows cannot make one. */
export class Seals {
  readonly #secrets: Secrets
  readonly #keys = new Map<string, Buffer | null>()

  constructor(secrets: Secrets) {
    this.#secrets = secrets
  }

  /** Of an entry that follows the one with the hash `previous`: `<key id>:<hex>`. */
  hash(sequence: number, entry: AuditDraft, previous: string, keyId = this.#secrets.keyId): string {
    return this.#mac(keyId, `entry\n${previous}\n${canonicalText(sequence, entry)}`)
  }

  /** Of a text that must not be changed by others. */
  seal(text: string, keyId = this.#secrets.keyId): string {
    return this.#mac(keyId, `seal\n${text}`)
  }

  isSealed(text: string, seal: string): boolean {
    const keyId = keyIdOf(seal)
    if (!this.hasKey(keyId)) return false
    const [a, b] = [Buffer.from(this.seal(text, keyId)), Buffer.from(seal)]
    return a.length === b.length && timingSafeEqual(a, b)
  }

  /** False when the master key of that id is not here any more: what it hashed cannot be checked. */
  hasKey(keyId: string): boolean {
    return this.#key(keyId) !== null
  }

  #mac(keyId: string, text: string): string {
    const key = this.#key(keyId)
    if (!key) throw new Error(`The master key ${keyId} is not here.`)
    return `${keyId}:${createHmac('sha256', key).update(text).digest('hex')}`
  }

  #key(keyId: string): Buffer | null {
    const known = this.#keys.get(keyId)
    if (known !== undefined) return known
    let key: Buffer | null = null
    try {
      key = this.#secrets.derive('audit', keyId)
    } catch {
      // Not here. Ids come from rows that somebody may have written: they are not remembered for ever.
      return null
    }
    this.#keys.set(keyId, key)
    return key
  }
}

export function keyIdOf(hash: string): string {
  return hash.slice(0, Math.max(0, hash.indexOf(':')))
}
