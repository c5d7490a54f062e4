import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import { hashPassword, requireStrongPassword } from '../auth/password.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { Forbidden, Problem } from '../platform/errors.ts'
import { type EndingDeps, endAccess, takeTurn } from './account-lock.ts'
import { UserBeingDeleted, UserNotFound } from './errors.ts'
import { isUsername, type User, userColumns, usernameKey } from './model.ts'

export interface AccountRescueDeps extends EndingDeps {
  readonly database: Database
  readonly audit: AuditService
}

/** An account that can be signed in to again, and what stands in the way of it still. */
export interface RescuedAccount {
  readonly user: User
  /** True when it had been disabled and is not any more: it was an administrator, and no other could sign in. */
  readonly enabled: boolean
  readonly endedSessions: number
  readonly apiKeys: number
  readonly hasPassword: boolean
  readonly hasSecondFactor: boolean
}

/** For the locked-out: what whoever has a shell on the machine may do to any account. Nobody comes here by the network. */
export class AccountRescue {
  readonly #deps: AccountRescueDeps

  constructor(deps: AccountRescueDeps) {
    this.#deps = deps
  }

  /** The password is asked for once it is known that there is such an account. Errors: USER_NOT_FOUND, USER_BEING_DELETED, WEAK_PASSWORD. */
  async resetPassword(actor: Actor, username: string, askPassword: (username: string) => Promise<string>): Promise<RescuedAccount> {
    const { clock } = this.#deps
    return this.#rescue(actor, 'users.resetPassword', username, {
      prepare: async (user) => {
        const password = await askPassword(user.username)
        requireStrongPassword(password, user.username)
        return hashPassword(password)
      },
      change: async (transaction, user, passwordHash) => {
        const enabled = await isOnlyHope(user, transaction)
        const data = { passwordHash, passwordChangedAt: clock.now(), ...(enabled ? { disabledAt: null } : {}) }
        await transaction.user.update({ where: { id: user.id }, data })
        return { enabled }
      },
    })
  }

  /** Takes the authenticator, recovery codes and passkeys away: whoever lost them could not get in with any. Errors: USER_NOT_FOUND, USER_BEING_DELETED. */
  async disableTwoFactor(actor: Actor, username: string): Promise<RescuedAccount> {
    return this.#rescue(actor, 'auth.disableTwoFactor', username, {
      prepare: async () => '',
      change: async (transaction, { id: userId }) => {
        const { count: authenticators } = await transaction.totp.deleteMany({ where: { userId } })
        const { count: recoveryCodes } = await transaction.recoveryCode.deleteMany({ where: { userId } })
        const { count: passkeys } = await transaction.passkey.deleteMany({ where: { userId } })
        return { authenticators, recoveryCodes, passkeys }
      },
    })
  }

  async #rescue(
    actor: Actor,
    action: string,
    username: string,
    steps: {
      prepare(user: User): Promise<string>
      change(transaction: DatabaseTransaction, user: User, prepared: string): Promise<Record<string, number | boolean>>
    },
  ): Promise<RescuedAccount> {
    const { audit, database } = this.#deps
    try {
      if (actor.kind !== 'system') throw new Forbidden()
      const prepared = await steps.prepare(await this.#require(username, database))
      return await database.$transaction(async (transaction) => {
        await takeTurn(actor, transaction)
        const user = await this.#require(username, transaction)
        const userId = user.id
        const changed = await steps.change(transaction, user, prepared)
        // Sign-ins that wait for their second step, and browsers that need none, belong to the past as well.
        await transaction.challenge.deleteMany({ where: { userId } })
        await transaction.rememberedBrowser.deleteMany({ where: { userId } })
        const endedSessions = await transaction.session.count({ where: { userId } })
        await endAccess(this.#deps, userId, transaction)
        const details = { reason: actor.reason, endedSessions, ...changed }
        await audit.record(actor, { action, target: user.username, result: 'ok', details }, transaction)
        const state = await stateOf(userId, transaction)
        return { ...state, endedSessions, enabled: changed['enabled'] === true }
      })
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action, target: username.slice(0, 64), result: error.code })
      throw error
    }
  }

  async #require(username: string, transaction: DatabaseTransaction): Promise<User> {
    const key = usernameKey(username)
    const columns = { ...userColumns, deletion: true }
    const found = isUsername(key) ? await transaction.user.findUnique({ where: { usernameKey: key }, select: columns }) : null
    if (!found) throw new UserNotFound('username')
    if (found.deletion !== null) throw new UserBeingDeleted('username')
    return found
  }
}

/** A disabled administrator, while nobody else could enable them again. */
async function isOnlyHope({ disabledAt, role }: User, transaction: DatabaseTransaction): Promise<boolean> {
  if (role !== 'ADMIN' || !disabledAt) return false
  const others = await transaction.user.findMany({ where: { role: 'ADMIN', disabledAt: null }, select: { deletion: true } })
  return others.every(({ deletion }) => deletion !== null)
}

async function stateOf(userId: string, transaction: DatabaseTransaction) {
  const user = await transaction.user.findUniqueOrThrow({ where: { id: userId }, select: userColumns })
  const withHash = await transaction.user.count({ where: { id: userId, NOT: { passwordHash: null } } })
  const authenticators = await transaction.totp.count({ where: { userId, NOT: { confirmedAt: null } } })
  const passkeys = await transaction.passkey.count({ where: { userId } })
  const apiKeys = await transaction.apiKey.count({ where: { userId } })
  return { user, hasPassword: withHash > 0, hasSecondFactor: authenticators + passkeys > 0, apiKeys }
}
