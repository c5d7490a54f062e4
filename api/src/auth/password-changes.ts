import type { AuditService } from '../audit/service.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { Problem, Unauthenticated } from '../platform/errors.ts'
import { CurrentPasswordWrong, WeakPassword } from './errors.ts'
import type { GuessGuard } from './guess-guard.ts'
import type { Actor, SignedInActor } from './model.ts'
import { hashPassword, requireStrongPassword, verifyPassword } from './password.ts'
import { requireRecentConfirmation, requireSession } from './policy.ts'
import type { Sessions, StartedSession } from './sessions.ts'

export interface PasswordChangesDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly sessions: Sessions
  readonly guard: GuessGuard
}

export interface PasswordWish {
  /** Null for an account that has no password: then who is there must have been confirmed just now. */
  readonly current: string | null
  readonly new: string
}

/** What people may know of their own password: anything but it. */
export interface OwnPassword {
  readonly isSet: boolean
  readonly changedAt: Date | null
}

export interface ChangedPassword extends StartedSession {
  /** How many other sessions it ended. */
  readonly ended: number
}

/** People changing their own password. */
export class PasswordChanges {
  readonly #deps: PasswordChangesDeps

  constructor(deps: PasswordChangesDeps) {
    this.#deps = deps
  }

  /** Whether the actor has a password, and since when this one. */
  async state(actor: Actor): Promise<OwnPassword> {
    requireSession(actor)
    const select = { passwordHash: true, passwordChangedAt: true } as const
    const user = await this.#deps.database.user.findUnique({ where: { id: actor.userId }, select })
    return { isSet: user?.passwordHash != null, changedAt: user?.passwordChangedAt ?? null }
  }

  /**
   * Ends all other sessions, and goes on with this one under a new token: whoever knew the old password, or stole a
   * cookie, is out. Errors: CURRENT_PASSWORD_WRONG, WEAK_PASSWORD, CONFIRMATION_REQUIRED, RATE_LIMITED, SERVER_BUSY.
   */
  async change(actor: Actor, wish: PasswordWish): Promise<ChangedPassword> {
    requireSession(actor)
    const { audit, clock, database } = this.#deps
    try {
      requireStrongPassword(wish.new, actor.username, 'new')
      const before = await this.#requireCurrent(actor, wish.current)
      if (wish.current === wish.new) throw new WeakPassword('This is the password you have.', 'new')
      const passwordHash = await hashPassword(wish.new, actor.address)
      return await database.$transaction(async (transaction) => {
        const where = { id: actor.userId, passwordHash: before, disabledAt: null }
        const { count } = await transaction.user.updateMany({ where, data: { passwordHash, passwordChangedAt: clock.now() } })
        // Changed by another request meanwhile.
        if (count === 0) throw new CurrentPasswordWrong()
        return this.#endOthers(actor, transaction)
      })
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'auth.changePassword', target: actor.username, result: error.code })
      throw error
    }
  }

  /** The hash that was checked. */
  async #requireCurrent(actor: SignedInActor, current: string | null): Promise<string | null> {
    const { clock, database, guard } = this.#deps
    const user = await database.user.findUnique({ where: { id: actor.userId }, select: { passwordHash: true } })
    const hash = user?.passwordHash ?? null
    if (hash === null) {
      requireRecentConfirmation(actor, clock.now())
      return null
    }
    if (current === null) throw new CurrentPasswordWrong()
    const look = () => verifyPassword(hash, current, { from: actor.address, name: actor.username })
    if (!(await guard.checkPassword('changePassword', actor.userId, look))) throw new CurrentPasswordWrong()
    return hash
  }

  async #endOthers(actor: SignedInActor, transaction: DatabaseTransaction): Promise<ChangedPassword> {
    const { audit, sessions } = this.#deps
    const { userId } = actor
    const renewed = await sessions.renew(actor.sessionId, transaction)
    // Ended from elsewhere meanwhile: then it may not change the password either.
    if (!renewed) throw new Unauthenticated('This session has ended.')
    const ended = await sessions.endOfUser(userId, { except: renewed.session.id, transaction })
    // Sign-ins that wait for their second factor, and browsers that need none, go back to the old password.
    await transaction.challenge.deleteMany({ where: { userId } })
    await transaction.rememberedBrowser.deleteMany({ where: { userId } })
    const record = { action: 'auth.changePassword', target: actor.username, result: 'ok', details: { endedSessions: ended } }
    await audit.record(actor, record, transaction)
    return { ...renewed, ended }
  }
}
