import type { AuditValues } from '../audit/model.ts'
import type { AuditService } from '../audit/service.ts'
import type { Actor, Role } from '../auth/model.ts'
import { hashPassword, requireStrongPassword } from '../auth/password.ts'
import { identityOf } from '../files/rows.ts'
import { dropAdministratorScopes } from '../keys/demotion.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { type EndingDeps, endAccess, requireAnotherAdmin, takeTurn } from './account-lock.ts'
import { HomeNameTaken, UserBeingDeleted, UserNotFound, UsernameTaken } from './errors.ts'
import { type Homes, homePath } from './homes.ts'
import { emailKey, requireEmail, requireUsername, type SeenUser, type User, userColumns, usernameKey } from './model.ts'
import {
  asSeenBy,
  requireChangeOwn,
  requireConfirmedAdmin,
  requireGrant,
  requireMakeAdmin,
  requireOther,
  requireSomebody,
} from './policy.ts'
import { requireFreeName } from './service.ts'

export interface UserChangesDeps extends EndingDeps {
  readonly database: Database
  readonly audit: AuditService
  readonly homes: Homes
}

/** What is not given stays as it is. */
export interface UserUpdate {
  readonly id: string
  readonly username?: string
  readonly email?: string | null
  readonly role?: Role
  readonly quotaBytes?: number | null
  readonly disabled?: boolean
}

type Row = User & { readonly homeName: string | null; readonly deletion: unknown }
const columns = { ...userColumns, homeName: true, deletion: true } as const

/** Changes of accounts that exist. */
export class UserChanges {
  readonly #deps: UserChangesDeps

  constructor(deps: UserChangesDeps) {
    this.#deps = deps
  }

  /**
   * Administrators change everything, others their own e-mail address. Another name takes the home along. Another name or
   * role, and being disabled, end all sessions of the account and all that flows in its name. Making somebody an
   * administrator, or enabling one, asks for a recent confirmation. Errors: CONFIRMATION_REQUIRED, USER_NOT_FOUND, USERNAME_TAKEN, HOME_NAME_TAKEN, LAST_ADMIN, CANNOT_DO_TO_SELF, USER_BEING_DELETED, INVALID_INPUT, FORBIDDEN.
   */
  async update(actor: Actor, input: UserUpdate): Promise<SeenUser> {
    const update = { ...input, ...(input.username === undefined ? {} : { username: input.username.trim() }) }
    return this.#orRefused(actor, 'users.update', input.id, async () => {
      const { id, username, email, role, quotaBytes, disabled } = update
      if ([username, role, quotaBytes, disabled].every((value) => value === undefined)) requireChangeOwn(actor, id)
      else requireGrant(actor, role)
      if (username !== undefined) requireUsername(username)
      if (email?.trim()) requireEmail(email.trim())
      return asSeenBy(actor, await this.#deps.homes.lock([id], () => this.#updateLocked(actor, update)))
    })
  }

  async #updateLocked(actor: Actor, update: UserUpdate): Promise<User> {
    const { database, homes } = this.#deps
    const present = await this.#require(update.id, database)
    // A name that a stop left half changed comes first.
    if (present.homeName !== null) await homes.follow(present.id, present.homeName, present.username, true)
    const renamed = update.username !== undefined && update.username !== present.username ? update.username : null
    if (renamed !== null) {
      // Said before the folder is looked at: the home of another is no surprise.
      await this.#requireNoOther(present.id, renamed)
      await this.#requireNoHomeAt(present.username, renamed).catch(async () => {
        // The home of somebody who took the name a moment ago, or is giving it up.
        await this.#requireNoOther(present.id, renamed)
        await this.#requireNoHomeAt(present.username, renamed)
      })
    }
    const user = await database.$transaction((transaction) => this.#write(actor, update, transaction))
    if (renamed !== null) await this.#moveHome(actor, present, renamed)
    return user
  }

  async #write(actor: Actor, update: UserUpdate, transaction: DatabaseTransaction): Promise<User> {
    await takeTurn(actor, transaction)
    const present = await this.#require(update.id, transaction)
    const { data, before, after } = differences(present, update, this.#deps.clock.now())
    if ((update.role ?? present.role) === 'ADMIN' && ('role' in after || after['disabled'] === false))
      requireMakeAdmin(actor, this.#deps.clock.now())
    if ('role' in after || after['disabled'] === true) {
      requireOther(actor, present.id)
      await requireAnotherAdmin(present.id, transaction)
    }
    if (Object.keys(after).length === 0) return present
    const user = await this.#save(present, data, transaction)
    if ('username' in after) await this.#deps.homes.folders.redirectUploads(present.username, user.username, transaction)
    const ends = 'username' in after || 'role' in after || after['disabled'] === true
    if (ends) await endAccess(this.#deps, present.id, transaction)
    if (present.role === 'ADMIN' && user.role !== 'ADMIN') await dropAdministratorScopes(present.id, transaction)
    await this.#deps.audit.record(actor, { action: 'users.update', target: present.username, result: 'ok', before, after }, transaction)
    return user
  }

  async #save(present: Row, data: ReturnType<typeof differences>['data'], transaction: DatabaseTransaction): Promise<User> {
    const { username } = data
    try {
      const user = await transaction.user.update({ where: { id: present.id }, data, select: userColumns })
      if (username !== undefined) await requireFreeName(user, transaction)
      return user
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'P2002') throw new UsernameTaken(username ?? present.username)
      throw error
    }
  }

  /** The row has the new name already, which keeps it from others; the disk follows. What the disk refuses is taken back. */
  async #moveHome(actor: Actor, { id, username: from }: Row, to: string): Promise<void> {
    const { audit, database, homes } = this.#deps
    try {
      await homes.follow(id, from, to, false)
      await homes.folders.ensure(to, id)
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      await database.$transaction(async (transaction) => {
        await transaction.user.update({ where: { id }, data: { username: from, usernameKey: usernameKey(from), homeName: null } })
        await homes.folders.redirectUploads(to, from, transaction)
        const names = { before: { username: to }, after: { username: from } }
        await audit.record(actor, { action: 'users.update', target: to, result: error.code, ...names }, transaction)
      })
      throw error.code === 'NAME_TAKEN' ? new HomeNameTaken(to) : error
    }
  }

  async #requireNoOther(id: string, username: string): Promise<void> {
    const where = { usernameKey: usernameKey(username), NOT: { id } }
    if ((await this.#deps.database.user.count({ where })) > 0) throw new UsernameTaken(username)
    await requireFreeName({ id, username }, this.#deps.database)
  }

  async #requireNoHomeAt(from: string, to: string): Promise<void> {
    const { folders } = this.#deps.homes
    const standing = await folders.look(homePath(to))
    if (!standing) return
    const own = await folders.look(homePath(from))
    // The own home in other letters case, where the file system does not tell them apart.
    if (!own || identityOf(own) !== identityOf(standing)) throw new HomeNameTaken(to)
  }

  /**
   * Gives an account another password and ends its sessions. For an administrator who confirmed who they are.
   * Errors: USER_NOT_FOUND, WEAK_PASSWORD, CANNOT_DO_TO_SELF, USER_BEING_DELETED, CONFIRMATION_REQUIRED, FORBIDDEN.
   */
  async resetPassword(actor: Actor, input: { userId: string; password: string }): Promise<User> {
    const { audit, clock, database } = this.#deps
    return this.#orRefused(actor, 'users.resetPassword', input.userId, async () => {
      requireConfirmedAdmin(actor, clock.now())
      requireOther(actor, input.userId, 'Change your own password in your profile.')
      const { username } = await this.#require(input.userId, database)
      requireStrongPassword(input.password, username)
      const passwordHash = await hashPassword(input.password)
      return database.$transaction(async (transaction) => {
        await takeTurn(actor, transaction)
        const { id } = await this.#require(input.userId, transaction)
        const data = { passwordHash, passwordChangedAt: clock.now() }
        const user = await transaction.user.update({ where: { id }, data, select: userColumns })
        await transaction.rememberedBrowser.deleteMany({ where: { userId: id } })
        await endAccess(this.#deps, id, transaction)
        await audit.record(actor, { action: 'users.resetPassword', target: user.username, result: 'ok' }, transaction)
        return user
      })
    })
  }

  async #require(id: string, transaction: DatabaseTransaction): Promise<Row> {
    const found = /^[\w-]{1,64}$/.test(id) ? await transaction.user.findUnique({ where: { id }, select: columns }) : null
    if (!found) throw new UserNotFound()
    if (found.deletion !== null) throw new UserBeingDeleted()
    return found
  }

  async #orRefused<T>(actor: Actor, action: string, id: string, run: () => Promise<T>): Promise<T> {
    requireSomebody(actor)
    try {
      return await run()
    } catch (error) {
      if (error instanceof Problem) await this.#deps.audit.record(actor, { action, target: id.slice(0, 64), result: error.code })
      throw error
    }
  }
}

/** What the update really changes: columns to write, and the values before and after for the audit. */
function differences(present: User, update: UserUpdate, now: Date) {
  const email = update.email === undefined ? undefined : update.email?.trim() || null
  const quota = update.quotaBytes === undefined ? undefined : update.quotaBytes === null ? null : BigInt(update.quotaBytes)
  const data: {
    username?: string
    usernameKey?: string
    homeName?: string
    email?: string | null
    emailKey?: string | null
    role?: Role
    quotaBytes?: bigint | null
    disabledAt?: Date | null
  } = {}
  const before: AuditValues = {}
  const after: AuditValues = {}
  if (update.username !== undefined && update.username !== present.username) {
    Object.assign(data, { username: update.username, usernameKey: usernameKey(update.username), homeName: present.username })
    before['username'] = present.username
    after['username'] = update.username
  }
  if (email !== undefined && email !== present.email) {
    Object.assign(data, { email, emailKey: emailKey(email) })
    before['email'] = present.email
    after['email'] = email
  }
  if (update.role !== undefined && update.role !== present.role) {
    data.role = update.role
    before['role'] = present.role
    after['role'] = update.role
  }
  if (quota !== undefined && quota !== present.quotaBytes) {
    data.quotaBytes = quota
    before['quotaBytes'] = present.quotaBytes === null ? null : Number(present.quotaBytes)
    after['quotaBytes'] = quota === null ? null : Number(quota)
  }
  if (update.disabled !== undefined && update.disabled !== (present.disabledAt !== null)) {
    data.disabledAt = update.disabled ? now : null
    before['disabled'] = present.disabledAt !== null
    after['disabled'] = update.disabled
  }
  return { data, before, after }
}
