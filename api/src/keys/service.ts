import type { AuditValues } from '../audit/model.ts'
import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import type { Revocations } from '../auth/revocations.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { takeTurn } from '../users/account-lock.ts'
import { TooManyApiKeys } from './errors.ts'
import { createKeyText, hashOfKey, prefixOfKey } from './key-text.ts'
import { type ApiKey, givesMore, type KeyTerms, type KeyWish, mostKeys, parseTerms } from './model.ts'
import { requireChangeKey, requireGiveAway, requireManageOwnKeys, requireRevokeKey, requireSeeKeysOf } from './policy.ts'
import { type ApiKeyRow, keyOf } from './rows.ts'

export interface KeysServiceDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  /** Ends what a key has open, here and in other processes. */
  readonly revocations: Revocations
}

/** A new key with its text, which exists nowhere else. */
export interface CreatedKey {
  readonly apiKey: ApiKey
  readonly key: string
}

/** What is to be different about a key; what is not given stays. */
export type KeyChange = { readonly id: string } & { readonly [Field in keyof KeyWish]?: KeyWish[Field] | undefined }

/** How long expired keys are still shown to their owners, in milliseconds. */
const keptExpired = 90 * 24 * 3_600_000

/** The API keys of people: made, changed and revoked by their owners. */
export class KeysService {
  readonly #deps: KeysServiceDeps

  constructor(deps: KeysServiceDeps) {
    this.#deps = deps
  }

  /** Errors: INVALID_INPUT, TOO_MANY_API_KEYS, CONFIRMATION_REQUIRED, FORBIDDEN (for API keys). */
  async create(actor: Actor, wish: KeyWish): Promise<CreatedKey> {
    requireManageOwnKeys(actor)
    const { audit, clock, database } = this.#deps
    return this.#noting(actor, 'keys.create', nameIn(wish.name), async () => {
      const now = clock.now()
      requireGiveAway(actor, now)
      const terms = parseTerms(wish, actor.role, now)
      const key = createKeyText()
      const { userId } = actor
      const row = await database.$transaction(async (transaction) => {
        // Who comes second counts what the first has made.
        await takeTurn(actor, transaction)
        await audit.record(actor, { action: 'keys.create', target: terms.name, result: 'ok', after: valuesOf(terms) }, transaction)
        await transaction.apiKey.deleteMany({ where: { userId, expiresAt: { lt: new Date(now.getTime() - keptExpired) } } })
        const valid = await transaction.apiKey.count({ where: { userId, OR: [{ expiresAt: null }, { expiresAt: { gt: now } }] } })
        if (valid >= mostKeys) throw new TooManyApiKeys(mostKeys)
        return transaction.apiKey.create({
          data: {
            ...columnsOf(terms),
            id: createId(now.getTime()),
            userId,
            prefix: prefixOfKey(key),
            keyHash: hashOfKey(key),
            createdAt: now,
          },
        })
      })
      return { apiKey: keyOf(row), key }
    })
  }

  /** The keys of an account, newest first, also those that expired a while ago. Of others for administrators only: FORBIDDEN. */
  async list(actor: Actor, ownerId: string | null): Promise<ApiKey[]> {
    requireManageOwnKeys(actor)
    const userId = ownerId ?? actor.userId
    requireSeeKeysOf(actor, userId)
    const rows = await this.#deps.database.apiKey.findMany({ where: { userId }, orderBy: { id: 'desc' } })
    return rows.map(keyOf)
  }

  /**
   * Changes an own key. Letting it do more, longer or from elsewhere asks for a recent confirmation. What it has open ends
   * when its terms change. Errors: API_KEY_NOT_FOUND, INVALID_INPUT, CONFIRMATION_REQUIRED.
   */
  async update(actor: Actor, { id, ...change }: KeyChange): Promise<ApiKey> {
    requireManageOwnKeys(actor)
    const { audit, clock, database, revocations } = this.#deps
    return this.#noting(actor, 'keys.update', id, async () => {
      const now = clock.now()
      const row = await database.$transaction(async (transaction) => {
        await takeTurn(actor, transaction)
        const found = await this.#find(id, transaction)
        requireChangeKey(actor, found)
        const present = keyOf(found)
        const next = parseChange(present, change, actor.role, now)
        if (givesMore(present, next)) requireGiveAway(actor, now)
        const columns = differing(columnsOf(present), columnsOf(next))
        const changed = Object.keys(columns)
        if (changed.length === 0) return found
        const values = { before: only(valuesOf(present), changed), after: only(valuesOf(next), changed) }
        await audit.record(actor, { action: 'keys.update', target: present.name, result: 'ok', ...values }, transaction)
        if (changesTerms(changed)) await revocations.note([id], transaction)
        return transaction.apiKey.update({ where: { id }, data: columns })
      })
      return keyOf(row)
    })
  }

  /** Ends a key and everything it has open. Own ones; administrators end everybody's. Errors: API_KEY_NOT_FOUND. */
  async revoke(actor: Actor, id: string): Promise<ApiKey> {
    requireManageOwnKeys(actor)
    const { audit, database, revocations } = this.#deps
    return this.#noting(actor, 'keys.revoke', id, async () => {
      const row = await database.$transaction(async (transaction) => {
        await takeTurn(actor, transaction)
        const found = await this.#find(id, transaction)
        requireRevokeKey(actor, found)
        const details = { owner: found.userId, prefix: found.prefix }
        await audit.record(actor, { action: 'keys.revoke', target: found.name, result: 'ok', details }, transaction)
        await transaction.apiKey.deleteMany({ where: { id } })
        await revocations.note([id], transaction)
        return found
      })
      return keyOf(row)
    })
  }

  #find(id: string, transaction: Pick<Database, 'apiKey'>): Promise<ApiKeyRow | null> {
    // Ids come from outside, and PostgreSQL has no text with NUL.
    return isStorable(id) ? transaction.apiKey.findUnique({ where: { id } }) : Promise.resolve(null)
  }

  /** Refusals are written down too. */
  async #noting<T>(actor: Actor, action: string, target: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (error instanceof Problem) await this.#deps.audit.record(actor, { action, target: nameIn(target), result: error.code })
      throw error
    }
  }
}

/** What is asked for, on top of what is. Only what is given is looked at: an expired key can still be renamed. */
function parseChange(present: ApiKey, change: Omit<KeyChange, 'id'>, role: Parameters<typeof parseTerms>[1], now: Date): KeyTerms {
  const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined))
  const sample: KeyWish = { name: 'any', scopes: ['account:read'], addresses: [], expiresAt: null }
  const parsed = parseTerms({ ...sample, ...given }, role, now)
  const { name, scopes, addresses, expiresAt } = present
  const next: KeyTerms = { name, scopes, addresses, expiresAt }
  return { ...next, ...Object.fromEntries(Object.entries(parsed).filter(([field]) => field in given)) }
}

function columnsOf({ name, scopes, addresses, expiresAt }: KeyTerms) {
  return { name, scopes: [...scopes], addresses: [...addresses], expiresAt }
}

function differing<T extends object>(present: T, next: T): Partial<T> {
  const fields = Object.keys(present) as (keyof T)[]
  return Object.fromEntries(
    fields.filter((field) => JSON.stringify(present[field]) !== JSON.stringify(next[field])).map((field) => [field, next[field]]),
  ) as Partial<T>
}

/** A new name changes nothing for the programs that use the key. */
function changesTerms(changed: readonly string[]): boolean {
  return changed.some((field) => field !== 'name')
}

function valuesOf({ name, scopes, addresses, expiresAt }: KeyTerms): AuditValues {
  return { name, scopes, addresses, expiresAt: expiresAt?.toISOString() ?? null }
}

function only(values: AuditValues, fields: readonly string[]): AuditValues {
  return Object.fromEntries(Object.entries(values).filter(([field]) => fields.includes(field)))
}

function nameIn(text: string): string {
  return text.slice(0, 64)
}

function isStorable(text: string): boolean {
  return text.length <= 64 && text.isWellFormed() && !text.includes('\u0000')
}
