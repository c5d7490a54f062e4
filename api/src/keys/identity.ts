import type { Origin, Role, SignedInActor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { Unauthenticated } from '../platform/errors.ts'
import { includesAddress } from './addresses.ts'
import { hashOfKey, isKeyText } from './key-text.ts'
import type { ApiKey } from './model.ts'
import type { KeyRefusals, RefusalReason } from './refusals.ts'
import { keyOf } from './rows.ts'

/** The last use is written down when it moved on by so much, in milliseconds: not a row written for each request. */
const usePrecision = 60_000
/** A key without an end; what watches for the end asks again long before. */
const never = new Date(8.64e15)

export interface KeyIdentityDeps {
  readonly database: Database
  readonly clock: Clock
  readonly refusals: KeyRefusals
}

/** Who a key speaks for: its owner as they are now, and what the key may do of what they may. */
export type KeyHolder = Pick<SignedInActor, 'userId' | 'username' | 'sessionId' | 'expiresAt'> & {
  readonly role: Role
  readonly scopes: NonNullable<SignedInActor['scopes']>
}

/** Tells who a key speaks for, at each request anew: a role that was taken away is gone from the key as well. */
export class KeyIdentity {
  readonly #deps: KeyIdentityDeps
  /** When the use of a key was last written down: requests that come at once write it once. */
  readonly #noted = new Map<string, number>()

  constructor(deps: KeyIdentityDeps) {
    this.#deps = deps
  }

  /**
   * Throws UNAUTHENTICATED for what is no key that is valid now and from there, RATE_LIMITED when there was much of it. Why is written down, and not told: whoever
   * tries a key that was found somewhere must not learn where it would work.
   */
  async identify(text: string, origin: Origin): Promise<KeyHolder> {
    const { clock, database, refusals } = this.#deps
    if (!isKeyText(text)) {
      await refusals.note(origin, 'malformed', null)
      throw new Unauthenticated('This is not an API key of BaluHost. Send it whole: Authorization: Bearer balu_…')
    }
    const found = await database.apiKey.findUnique({ where: { keyHash: hashOfKey(text) }, include: { user: true } })
    if (!found) return this.#refuse(origin, 'unknown', null)
    const { user, ...row } = found
    const key = keyOf(row)
    const now = clock.now()
    const fault = faultOf(key, user, now, origin)
    if (fault) return this.#refuse(origin, fault, key.prefix)
    await this.#noteUse(key.id, key.lastUsedAt, now, origin)
    return holderOf(key, user)
  }

  /** As `identify`, of a key that is known by its id: what was given out in its name asks. No use, and no refusal to be noted; null instead. */
  async holderOf(id: string, origin: Origin): Promise<KeyHolder | null> {
    const { clock, database } = this.#deps
    const found = await database.apiKey.findUnique({ where: { id }, include: { user: true } })
    if (!found) return null
    const { user, ...row } = found
    const key = keyOf(row)
    return faultOf(key, user, clock.now(), origin) ? null : holderOf(key, user)
  }

  async #refuse(origin: Origin, reason: RefusalReason, prefix: string | null): Promise<never> {
    await this.#deps.refusals.note(origin, reason, prefix)
    throw new Unauthenticated('This API key is unknown, revoked or expired, or it may not be used from here.')
  }

  async #noteUse(id: string, lastUsedAt: Date | null, now: Date, origin: Origin): Promise<void> {
    const last = Math.max(lastUsedAt?.getTime() ?? 0, this.#noted.get(id) ?? 0)
    if (now.getTime() - last <= usePrecision) return
    // Forgets keys that are gone: what was noted longer ago than the precision stands in the row.
    for (const [known, at] of this.#noted) if (now.getTime() - at > usePrecision) this.#noted.delete(known)
    this.#noted.set(id, now.getTime())
    await this.#deps.database.apiKey.updateMany({ where: { id }, data: { lastUsedAt: now, lastUsedAddress: origin.address } })
  }
}

type Owner = {
  readonly id: string
  readonly username: string
  readonly role: Role
  readonly disabledAt: Date | null
  readonly deletion: unknown
}

/** Why a key that is known may not be used now and from there; null when it may. */
function faultOf(key: ApiKey, user: Owner, now: Date, origin: Origin): RefusalReason | null {
  if (key.expiresAt && key.expiresAt <= now) return 'expired'
  if (user.disabledAt || user.deletion !== null) return 'disabled'
  return includesAddress(key.addresses, origin.address) ? null : 'address'
}

function holderOf(key: ApiKey, { id: userId, role, username }: Owner): KeyHolder {
  return { userId, username, role, sessionId: key.id, expiresAt: key.expiresAt ?? never, scopes: new Set(key.scopes) }
}
