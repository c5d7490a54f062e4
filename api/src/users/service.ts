import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import { hashPassword, requireStrongPassword } from '../auth/password.ts'
import { requireAdmin, requireSignedIn } from '../auth/policy.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { UsernameTaken } from './errors.ts'
import { isUsername, type NewUser, requireEmail, requireUsername, type User, usernameKey } from './model.ts'

export interface UsersServiceDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  /** Makes the folder a user's files live in; called again for an existing home it does nothing. */
  readonly createHome: (user: User) => Promise<void>
}

/** A user that has been checked but not written yet. */
export interface UserDraft {
  readonly row: User & { readonly usernameKey: string; readonly passwordHash: string }
}

export interface UserPage {
  readonly users: User[]
  readonly totalCount: number
}

const visible = { id: true, username: true, email: true, role: true, createdAt: true } as const

/** Who has an account here. */
export class UsersService {
  readonly #deps: UsersServiceDeps

  constructor(deps: UsersServiceDeps) {
    this.#deps = deps
  }

  /** The account behind the actor; null when nobody is signed in. */
  async me(actor: Actor): Promise<User | null> {
    if (actor.kind !== 'user') return null
    return this.#deps.database.user.findUnique({ where: { id: actor.userId }, select: visible })
  }

  /** Accounts by name, `limit` after the name `after`. Administrators only. */
  async list(actor: Actor, page: { after: string | null; limit: number }): Promise<UserPage> {
    requireAdmin(actor)
    if (page.after !== null && !isUsername(page.after)) throw new InvalidInput('This is not a cursor of this list.', 'after')
    const { database } = this.#deps
    const users = await database.user.findMany({
      select: visible,
      orderBy: { usernameKey: 'asc' },
      take: page.limit,
      ...(page.after === null ? {} : { where: { usernameKey: { gt: page.after } } }),
    })
    return { users, totalCount: await database.user.count() }
  }

  /**
   * Accounts by id, in the order asked, null for who is gone: what an owner's name is read by. Any signed-in user; the
   * e-mail addresses of others are for administrators.
   */
  async byIds(actor: Actor, ids: readonly string[]): Promise<(User | null)[]> {
    requireSignedIn(actor)
    const rows = await this.#deps.database.user.findMany({ where: { id: { in: [...ids] } }, select: visible })
    const seesEmail = (id: string) => actor.role === 'ADMIN' || actor.userId === id
    const found = new Map(rows.map((row) => [row.id, seesEmail(row.id) ? row : { ...row, email: null }]))
    return ids.map((id) => found.get(id) ?? null)
  }

  /** Administrators only. Errors: USERNAME_TAKEN, WEAK_PASSWORD, INVALID_INPUT, FORBIDDEN. */
  async create(actor: Actor, input: NewUser): Promise<User> {
    requireSignedIn(actor)
    const { audit, database } = this.#deps
    try {
      requireAdmin(actor)
      const draft = await this.prepare(input)
      const user = await this.insert(draft, database)
      await this.createHome(user).catch(async (error: unknown) => {
        await database.user.delete({ where: { id: user.id } })
        throw error
      })
      await audit.record(actor, { action: 'users.create', target: user.username, result: 'ok', details: { role: user.role } })
      return user
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
    if (await this.#deps.database.user.findUnique({ where: { usernameKey: key } })) throw new UsernameTaken(username)
    const passwordHash = await hashPassword(input.password)
    const createdAt = this.#deps.clock.now()
    return { row: { id: createId(createdAt.getTime()), username, usernameKey: key, email, role: input.role, passwordHash, createdAt } }
  }

  async insert(draft: UserDraft, transaction: DatabaseTransaction): Promise<User> {
    try {
      return await transaction.user.create({ data: draft.row, select: visible })
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'P2002') throw new UsernameTaken(draft.row.username)
      throw error
    }
  }

  createHome(user: User): Promise<void> {
    return this.#deps.createHome(user)
  }
}
