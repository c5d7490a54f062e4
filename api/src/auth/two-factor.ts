import type { AuditRecord } from '../audit/model.ts'
import type { AuditService } from '../audit/service.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { type EndingDeps, endAccess, takeTurn } from '../users/account-lock.ts'
import { UserNotFound } from '../users/errors.ts'
import { type User, userColumns } from '../users/model.ts'
import { requireConfirmedAdmin } from '../users/policy.ts'
import type { Challenges } from './challenges.ts'
import { type Enrolment, hasFactor } from './enrolment.ts'
import { ChallengeOver, CodeWrong, LastFactor, NoSecondFactor } from './factor-errors.ts'
import type { Actor, SignedInActor } from './model.ts'
import { requireOwnSession, requireRecentConfirmation, requireSession } from './policy.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import type { BrowserCookies, RememberedBrowser, RememberedBrowsers } from './remembered-browsers.ts'
import type { Totp, TotpSecret } from './totp.ts'

/** How often the first code may be wrong before the app must scan again. */
const mostTries = 10

/** What stands between a stolen password and the account. */
export interface TwoFactorState {
  /** Since when an authenticator app gives codes; null without one. */
  readonly totpSince: Date | null
  readonly passkeys: number
  readonly recoveryCodesLeft: number
  /** Whether the role must have a second factor. */
  readonly required: boolean
}

export interface TwoFactorDeps extends EndingDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly challenges: Challenges
  readonly totp: Totp
  readonly recoveryCodes: RecoveryCodes
  readonly rememberedBrowsers: RememberedBrowsers
  readonly enrolment: Enrolment
}

/** The second factors of an account: set up, replaced and given up by its owner, or taken away by an administrator. */
export class TwoFactorService {
  readonly #deps: TwoFactorDeps

  constructor(deps: TwoFactorDeps) {
    this.#deps = deps
  }

  /** The actor's own. */
  async state(actor: Actor): Promise<TwoFactorState> {
    requireOwnSession(actor)
    const { database, enrolment, recoveryCodes } = this.#deps
    const row = await database.totp.findUnique({ where: { userId: actor.userId }, select: { confirmedAt: true } })
    const passkeys = await database.passkey.count({ where: { userId: actor.userId } })
    const recoveryCodesLeft = await recoveryCodes.left(actor.userId)
    return { totpSince: row?.confirmedAt ?? null, passkeys, recoveryCodesLeft, required: enrolment.isRequired(actor.role) }
  }

  /**
   * A secret for an authenticator app. It counts once a code has shown that the app has it; until then the app before it
   * does. Errors: CONFIRMATION_REQUIRED.
   */
  async startTotp(actor: Actor): Promise<TotpSecret & { readonly expiresAt: Date }> {
    const { challenges, clock, totp } = this.#deps
    return this.#orRefused(actor, 'auth.enrolTotp', async () => {
      requireRecentConfirmation(actor, clock.now())
      const created = totp.create(actor.username)
      await challenges.dropOf(actor.userId, ['totp.enrol'])
      const data = { secret: totp.seal(actor.userId, created.secret), session: actor.sessionId }
      const { expiresAt } = await challenges.begin({ purpose: 'totp.enrol', userId: actor.userId, data })
      return { ...created, expiresAt }
    })
  }

  /** Shows that the app has the secret. Returns new recovery codes, readable only now. Errors: CHALLENGE_OVER, CODE_WRONG. */
  async confirmTotp(actor: Actor, code: string): Promise<string[]> {
    requireOwnSession(actor)
    const { audit, challenges, database, enrolment, recoveryCodes, rememberedBrowsers, totp } = this.#deps
    return this.#orRefused(actor, 'auth.enrolTotp', async () => {
      const challenge = await challenges.newestOf('totp.enrol', actor.userId)
      const sealed = challenge?.data['secret']
      // Begun in another browser, it is not for this one to end.
      if (!challenge || !sealed || challenge.data['session'] !== actor.sessionId) throw new ChallengeOver()
      if (!(await challenges.try(challenge.id, mostTries))) throw new ChallengeOver()
      const step = totp.stepOfSealed(actor.userId, sealed, code)
      if (step === null)
        throw new CodeWrong('This code is not right. Compare the clock of your phone with that of this page, and type the newest code.')
      return database.$transaction(async (transaction) => {
        if (!(await challenges.end(challenge.id, transaction))) throw new ChallengeOver()
        // In place of another one: browsers that have shown that one show this one, too.
        if (hasFactor(await enrolment.factorsOf(actor.userId, transaction)))
          await rememberedBrowsers.forget(actor.userId, null, transaction)
        await totp.keep(actor.userId, sealed, step, transaction)
        const codes = await recoveryCodes.replace(actor.userId, transaction)
        await this.endOthers(actor, transaction)
        await audit.record(actor, { action: 'auth.enrolTotp', target: actor.username, result: 'ok' }, transaction)
        return codes
      })
    })
  }

  /** Gives up the authenticator app. Errors: CONFIRMATION_REQUIRED, LAST_FACTOR, NO_SECOND_FACTOR. */
  async disableTotp(actor: Actor): Promise<TwoFactorState> {
    const { audit, clock, database, totp } = this.#deps
    await this.#orRefused(actor, 'auth.disableTotp', async () => {
      requireSession(actor)
      requireRecentConfirmation(actor, clock.now())
      await database.$transaction(async (transaction) => {
        await takeTurn(actor, transaction)
        if (!(await totp.drop(actor.userId, transaction))) throw new NoSecondFactor()
        await this.afterRemoval(actor, transaction)
        await audit.record(actor, { action: 'auth.disableTotp', target: actor.username, result: 'ok' }, transaction)
      })
    })
    return this.state(actor)
  }

  /**
   * What the loss of a factor brings with it, in the transaction that removes it and that holds the turn: browsers are
   * forgotten, other sessions end, and without another factor recovery codes mean nothing. Errors: LAST_FACTOR.
   */
  async afterRemoval(actor: SignedInActor, transaction: DatabaseTransaction): Promise<void> {
    const { enrolment, recoveryCodes, rememberedBrowsers } = this.#deps
    const isLast = !hasFactor(await enrolment.factorsOf(actor.userId, transaction))
    if (isLast && enrolment.isRequired(actor.role)) throw new LastFactor()
    if (isLast) await recoveryCodes.drop(actor.userId, transaction)
    await rememberedBrowsers.forget(actor.userId, null, transaction)
    await this.endOthers(actor, transaction)
  }

  /** After a change of factors: who was in before, perhaps uninvited, shows the present ones. The session of the change goes on. */
  async endOthers({ sessionId, userId }: SignedInActor, transaction: DatabaseTransaction): Promise<void> {
    await this.#deps.sessions.endOfUser(userId, { except: sessionId, transaction })
  }

  /** Ten new codes in place of those that are left, readable only now. Errors: CONFIRMATION_REQUIRED, NO_SECOND_FACTOR. */
  async regenerateRecoveryCodes(actor: Actor): Promise<string[]> {
    const { audit, clock, database, enrolment, recoveryCodes } = this.#deps
    return this.#orRefused(actor, 'auth.regenerateRecoveryCodes', async () => {
      requireSession(actor)
      requireRecentConfirmation(actor, clock.now())
      return database.$transaction(async (transaction) => {
        await takeTurn(actor, transaction)
        if (!hasFactor(await enrolment.factorsOf(actor.userId, transaction))) throw new NoSecondFactor()
        const left = await recoveryCodes.left(actor.userId, transaction)
        const codes = await recoveryCodes.replace(actor.userId, transaction)
        const change = { before: { recoveryCodesLeft: left }, after: { recoveryCodesLeft: codes.length } }
        await audit.record(actor, { action: 'auth.regenerateRecoveryCodes', target: actor.username, result: 'ok', ...change }, transaction)
        return codes
      })
    })
  }

  /** The actor's browsers that need no second factor for a while. */
  async browsers(actor: Actor, browser: BrowserCookies): Promise<RememberedBrowser[]> {
    requireSession(actor)
    return this.#deps.rememberedBrowsers.list(actor.userId, browser)
  }

  /** Forgets one of the actor's browsers, or all of them. Forgetting one twice is no error. */
  async forgetBrowser(actor: Actor, id: string | null, browser: BrowserCookies): Promise<RememberedBrowser[]> {
    requireSession(actor)
    const { audit, database, rememberedBrowsers } = this.#deps
    if (id === null || /^[\w-]{1,64}$/.test(id)) {
      await database.$transaction(async (transaction) => {
        const forgotten = await rememberedBrowsers.forget(actor.userId, id, transaction)
        if (forgotten === 0) return
        await audit.record(
          actor,
          { action: 'auth.forgetBrowser', target: actor.username, result: 'ok', details: { forgotten } },
          transaction,
        )
      })
    }
    return this.browsers(actor, browser)
  }

  /**
   * Takes all second factors from an account that has lost them, and ends its sessions. For an administrator who confirmed
   * who they are, or whoever has a shell on the machine. Errors: USER_NOT_FOUND, CONFIRMATION_REQUIRED, FORBIDDEN.
   */
  async reset(actor: Actor, userId: string): Promise<User> {
    const { audit, challenges, clock, database, recoveryCodes, rememberedBrowsers, totp } = this.#deps
    return this.#orRefused(
      actor,
      'auth.resetTwoFactor',
      async () => {
        if (actor.kind !== 'system') requireConfirmedAdmin(actor, clock.now())
        return database.$transaction(async (transaction) => {
          await takeTurn(actor, transaction)
          const user = /^[\w-]{1,64}$/.test(userId)
            ? await transaction.user.findUnique({ where: { id: userId }, select: userColumns })
            : null
          if (!user) throw new UserNotFound()
          const before = await this.#deps.enrolment.factorsOf(userId, transaction)
          await totp.drop(userId, transaction)
          await transaction.passkey.deleteMany({ where: { userId } })
          await recoveryCodes.drop(userId, transaction)
          await rememberedBrowsers.forget(userId, null, transaction)
          await challenges.dropOf(
            userId,
            ['signIn', 'totp.enrol', 'passkey.register', 'passkey.secondFactor', 'passkey.confirm'],
            transaction,
          )
          await endAccess(this.#deps, userId, transaction)
          const change = { before: { ...before }, after: { totp: false, passkeys: 0 } }
          await audit.record(actor, { action: 'auth.resetTwoFactor', target: user.username, result: 'ok', ...change }, transaction)
          return user
        })
      },
      userId,
    )
  }

  async #orRefused<T>(actor: Actor, action: string, run: () => Promise<T>, target = nameOf(actor)): Promise<T> {
    if (actor.kind !== 'system') requireOwnSession(actor)
    try {
      return await run()
    } catch (error) {
      const record: AuditRecord | null =
        error instanceof Problem ? { action, target: target?.slice(0, 64) ?? null, result: error.code } : null
      if (record) await this.#deps.audit.record(actor, record)
      throw error
    }
  }
}

function nameOf(actor: Actor): string | null {
  return actor.kind === 'user' ? actor.username : null
}
