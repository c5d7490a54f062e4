import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import { hashPassword, requireStrongPassword } from '../auth/password.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { takeTurn } from './account-lock.ts'
import { UsernameTaken } from './errors.ts'
import { readUsers, type UserPage, type UserPageRequest } from './listing.ts'
import { emailKey, type NewUser, requireEmail, requireUsername, type SeenUser, type User, userColumns, usernameKey } from './model.ts'
import { asSeenBy, maySeeAllOf, requireGrant, requireMakeAdmin, requireReadPeople, requireSomebody } from './policy.ts'

export interface UsersServiceDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly homes: HomeMaker
}

/** Makes the folders that users' files live in. */
export interface HomeMaker {
  /** Throws HOME_NAME_TAKEN when something stands where the home of a new account would be. */
  requireFree(username: string): Promise<void>
  /** The home of a new account. Throws HOME_NAME_TAKEN, and leaves alone what stands there. */
  make(user: Pick<User, 'id' | 'username'>): Promise<void>
  /** The home of an account that was there before; for one that has it this does nothing. */
  ensure(user: Pick<User, 'id'>): Promise<void>
}

/** A user that has been checked but not written yet. */
export interface UserDraft {
  readonly row: Omit<User, 'lastSignInAt' | 'disabledAt' | 'avatar'> & {
    readonly usernameKey: string
    readonly emailKey: string | null
    readonly passwordHash: string
    readonly passwordChangedAt: Date
  }
}

/** How many accounts there are, by what they may and whether they can sign in. */
export interface UserCounts {
  readonly total: number
  readonly disabled: number
  readonly admins: number
  readonly users: number
  readonly viewers: number
}

/** Who has an account here. */
export class UsersService {
  readonly #deps: UsersServiceDeps

  constructor(deps: UsersServiceDeps) {
    this.#deps = deps
  }

  /** The account behind the actor; null when nobody is signed in. */
  async me(actor: Actor): Promise<SeenUser | null> {
    if (actor.kind !== 'user') return null
    const user = await this.#deps.database.user.findUnique({ where: { id: actor.userId }, select: userColumns })
    return user && asSeenBy(actor, user)
  }

  /** One account; null when there is none. Any signed-in user; what they see of it says `asSeenBy`. */
  async find(actor: Actor, id: string): Promise<SeenUser | null> {
    return (await this.byIds(actor, [id]))[0] ?? null
  }

  /** A page of accounts. Administrators only. Errors: INVALID_INPUT for a cursor of another list. */
  async list(actor: Actor, page: UserPageRequest): Promise<UserPage> {
    requireReadPeople(actor)
    return readUsers(this.#deps.database, page)
  }

  /** Administrators only. */
  async counts(actor: Actor): Promise<UserCounts> {
    requireReadPeople(actor)
    const { database } = this.#deps
    const byRole = await database.user.groupBy({ by: ['role'], _count: true })
    const countOf = (role: User['role']) => byRole.find((row) => row.role === role)?._count ?? 0
    const disabled = await database.user.count({ where: { NOT: { disabledAt: null } } })
    const [admins, users, viewers] = [countOf('ADMIN'), countOf('USER'), countOf('VIEWER')]
    return { total: admins + users + viewers, disabled, admins, users, viewers }
  }

  /**
   * Accounts by id, in the order asked, null for who is gone: what an owner's name is read by. Any signed-in user; what
   * they see of others says `asSeenBy`.
   */
  async byIds(actor: Actor, ids: readonly string[]): Promise<(SeenUser | null)[]> {
    requireSomebody(actor)
    const known = [...ids].filter((id) => id.isWellFormed() && !id.includes('\u0000'))
    const rows = await this.#deps.database.user.findMany({ where: { id: { in: known } }, select: userColumns })
    const found = new Map(rows.map((row) => [row.id, asSeenBy(actor, row)]))
    return ids.map((id) => found.get(id) ?? null)
  }

  /** On how many devices each is signed in, in the order asked; null where it is not the actor's to know. */
  async sessionCounts(actor: Actor, ids: readonly string[]): Promise<(number | null)[]> {
    return seenOf(actor, ids, async (seen) => {
      const now = this.#deps.clock.now()
      const where = { userId: { in: seen }, expiresAt: { gt: now }, absoluteExpiresAt: { gt: now } }
      const rows = await this.#deps.database.session.groupBy({ by: ['userId'], where, _count: true })
      const counts = new Map(rows.map((row) => [row.userId, row._count]))
      return (id) => counts.get(id) ?? 0
    })
  }

  /** Whether each has a second factor, in the order asked; null where it is not the actor's to know. */
  async twoFactorStates(actor: Actor, ids: readonly string[]): Promise<(boolean | null)[]> {
    const { database } = this.#deps
    return seenOf(actor, ids, async (seen) => {
      const select = { userId: true } as const
      const apps = await database.totp.findMany({ where: { userId: { in: seen }, NOT: { confirmedAt: null } }, select })
      const passkeys = await database.passkey.findMany({ where: { userId: { in: seen } }, select, distinct: ['userId'] })
      const secured = new Set([...apps, ...passkeys].map(({ userId }) => userId))
      return (id) => secured.has(id)
    })
  }

  /** Whether the deletion of each has begun, in the order asked; null where it is not the actor's to know. */
  async deletionStates(actor: Actor, ids: readonly string[]): Promise<(boolean | null)[]> {
    return seenOf(actor, ids, async (seen) => {
      const rows = await this.#deps.database.user.findMany({ where: { id: { in: seen } }, select: { id: true, deletion: true } })
      const leaving = new Set(rows.filter(({ deletion }) => deletion !== null).map(({ id }) => id))
      return (id) => leaving.has(id)
    })
  }

  /** Administrators only; for another one confirmed just now. Errors: USERNAME_TAKEN, HOME_NAME_TAKEN, WEAK_PASSWORD, INVALID_INPUT, CONFIRMATION_REQUIRED, FORBIDDEN. */
  async create(actor: Actor, input: NewUser): Promise<SeenUser> {
    requireSomebody(actor)
    const { audit, clock, database } = this.#deps
    try {
      requireGrant(actor, input.role)
      if (input.role === 'ADMIN') requireMakeAdmin(actor, clock.now())
      const draft = await this.prepare(input)
      const user = await database.$transaction(async (transaction) => {
        // The hash took a while: who lost the right meanwhile makes nobody any more.
        await takeTurn(actor, transaction)
        return this.insert(draft, transaction)
      })
      await this.createHome(user).catch(async (error: unknown) => {
        await database.user.delete({ where: { id: user.id } })
        throw error
      })
      await audit.record(actor, { action: 'users.create', target: user.username, result: 'ok', details: { role: user.role } })
      return asSeenBy(actor, user)
    } catch (error) {
      if (error instanceof Problem) {
        await audit.record(actor, { action: 'users.create', target: input.username.slice(0, 64), result: error.code })
      }
      throw error
    }
  }

  /** Checks everything that can be checked before something is written. Asks for no permission: its callers do. */
  async prepare(input: NewUser): Promise<UserDraft> {
    const username = input.username.trim()
    requireUsername(username)
    const email = input.email?.trim() || null
    if (email) requireEmail(email)
    requireStrongPassword(input.password, username)
    const key = usernameKey(username)
    await this.#requireNobody(key, username)
    await this.#deps.homes.requireFree(username).catch(async () => {
      // The home of somebody who took the name a moment ago, or is giving it up.
      await this.#requireNobody(key, username)
      await this.#deps.homes.requireFree(username)
    })
    const passwordHash = await hashPassword(input.password)
    const createdAt = this.#deps.clock.now()
    return {
      row: {
        id: createId(createdAt.getTime()),
        username,
        usernameKey: key,
        email,
        emailKey: emailKey(email),
        role: input.role,
        quotaBytes: input.quotaBytes == null ? null : BigInt(input.quotaBytes),
        passwordHash,
        passwordChangedAt: createdAt,
        createdAt,
      },
    }
  }

  async #requireNobody(key: string, username: string): Promise<void> {
    if (await this.#deps.database.user.findUnique({ where: { usernameKey: key }, select: { id: true } })) throw new UsernameTaken(username)
    await requireFreeName({ id: '', username }, this.#deps.database)
  }

  /** Inside a transaction: what it throws must undo what it wrote. */
  async insert(draft: UserDraft, transaction: DatabaseTransaction): Promise<User> {
    try {
      const user = await transaction.user.create({ data: draft.row, select: userColumns })
      await requireFreeName(user, transaction)
      return user
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'P2002') throw new UsernameTaken(draft.row.username)
      throw error
    }
  }

  /** For an account that was made just now; without its home it must not stay. Throws HOME_NAME_TAKEN. */
  createHome(user: User): Promise<void> {
    return this.#deps.homes.make(user)
  }

  /** For an account that was there before: makes the home that it has not. */
  ensureHome(user: Pick<User, 'id'>): Promise<void> {
    return this.#deps.homes.ensure(user)
  }
}

/** Asks for those that the actor sees all of, and says null for the others. */
async function seenOf<T>(actor: Actor, ids: readonly string[], ask: (seen: string[]) => Promise<(id: string) => T>): Promise<(T | null)[]> {
  const seen = ids.filter((id) => maySeeAllOf(actor, id))
  const answer = seen.length > 0 ? await ask(seen) : null
  const shown = new Set(seen)
  return ids.map((id) => (answer && shown.has(id) ? answer(id) : null))
}

/** Throws USERNAME_TAKEN while the home of another account still stands under this name. Asked after the name was written: then nobody comes in between. */
export async function requireFreeName({ id, username }: Pick<User, 'id' | 'username'>, transaction: DatabaseTransaction): Promise<void> {
  const rows = await transaction.user.findMany({ where: { homeName: { not: null }, NOT: { id } }, select: { homeName: true } })
  if (rows.some(({ homeName }) => homeName !== null && usernameKey(homeName) === usernameKey(username))) throw new UsernameTaken(username)
}
