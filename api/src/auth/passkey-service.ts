import type { AuditService } from '../audit/service.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { takeTurn } from '../users/account-lock.ts'
import { userColumns } from '../users/model.ts'
import { LastFactor, PasskeyNotFound, PasskeyRefused, TooManyPasskeys } from './factor-errors.ts'
import { confirmationWish } from './factor-proofs.ts'
import { type Actor, originOf } from './model.ts'
import type { PasskeyAssertion, PasskeyAttestation } from './passkey-answers.ts'
import type { Passkeys } from './passkeys.ts'
import { requireOwnSession, requireRecentConfirmation, requireSession } from './policy.ts'
import type { RecoveryCodes } from './recovery-codes.ts'
import { recordRefusal } from './refusals.ts'
import type { Browser } from './second-step.ts'
import { type Sessions, type StartedSession, signedIn } from './sessions.ts'
import { requireSite } from './site.ts'
import type { TwoFactorService } from './two-factor.ts'

const mostPasskeys = 20
const nameLength = 64

/** A passkey as its owner sees it. */
export interface Passkey {
  readonly id: string
  readonly name: string
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  /** Whether its provider keeps copies of it. */
  readonly backedUp: boolean
}

const columns = { id: true, name: true, createdAt: true, lastUsedAt: true, backedUp: true } as const

export interface PasskeyServiceDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly passkeys: Passkeys
  readonly recoveryCodes: RecoveryCodes
  readonly twoFactor: TwoFactorService
  readonly sessions: Sessions
}

/** The passkeys of an account, and the sign-in that needs nothing else. */
export class PasskeyService {
  readonly #deps: PasskeyServiceDeps

  constructor(deps: PasskeyServiceDeps) {
    this.#deps = deps
  }

  /** The actor's own, the oldest first. */
  async list(actor: Actor): Promise<Passkey[]> {
    requireOwnSession(actor)
    return this.#deps.database.passkey.findMany({ where: { userId: actor.userId }, select: columns, orderBy: { id: 'asc' } })
  }

  /** Errors: CONFIRMATION_REQUIRED, TOO_MANY_PASSKEYS, UNAVAILABLE. */
  async beginRegistration(actor: Actor, { origin }: Browser) {
    requireRecentConfirmation(actor, this.#deps.clock.now())
    const site = requireSite(origin)
    await this.#requireRoom(actor.userId)
    return this.#deps.passkeys.beginRegistration({ id: actor.userId, username: actor.username }, site, { session: actor.sessionId })
  }

  /**
   * Keeps a passkey. With the account's first second factor come recovery codes, readable only now.
   * Errors: CONFIRMATION_REQUIRED, CHALLENGE_OVER, PASSKEY_REFUSED, TOO_MANY_PASSKEYS, INVALID_INPUT, UNAVAILABLE.
   */
  async finishRegistration(actor: Actor, input: { name: string; answer: PasskeyAttestation }, { origin }: Browser) {
    const { audit, clock, database, passkeys, recoveryCodes } = this.#deps
    return this.#orRefused(actor, 'auth.registerPasskey', async () => {
      requireRecentConfirmation(actor, clock.now())
      const name = requireName(input.name)
      const data = { session: actor.sessionId }
      const credential = await passkeys.finishRegistration(actor.userId, requireSite(origin), input.answer, data)
      return database
        .$transaction(async (transaction) => {
          await takeTurn(actor, transaction)
          await this.#requireRoom(actor.userId, transaction)
          const createdAt = clock.now()
          const row = { id: createId(createdAt.getTime()), userId: actor.userId, name, ...credential, createdAt }
          const passkey = await transaction.passkey.create({ data: row, select: columns })
          const codes =
            (await recoveryCodes.left(actor.userId, transaction)) > 0 ? null : await recoveryCodes.replace(actor.userId, transaction)
          await this.#deps.twoFactor.endOthers(actor, transaction)
          const details = { passkey: name, backedUp: credential.backedUp }
          await audit.record(actor, { action: 'auth.registerPasskey', target: actor.username, result: 'ok', details }, transaction)
          return { passkey, recoveryCodes: codes }
        })
        .catch((error: unknown) => {
          throw error instanceof Error && 'code' in error && error.code === 'P2002' ? new PasskeyRefused('known already') : error
        })
    })
  }

  /** Errors: PASSKEY_NOT_FOUND, INVALID_INPUT. */
  async rename(actor: Actor, input: { id: string; name: string }): Promise<Passkey> {
    const { audit, database } = this.#deps
    return this.#orRefused(actor, 'auth.renamePasskey', async () => {
      requireSession(actor)
      const name = requireName(input.name)
      return database.$transaction(async (transaction) => {
        const passkey = await transaction.passkey.findFirst({ where: { id: storable(input.id), userId: actor.userId }, select: columns })
        if (!passkey) throw new PasskeyNotFound()
        const change = { before: { name: passkey.name }, after: { name } }
        await audit.record(actor, { action: 'auth.renamePasskey', target: actor.username, result: 'ok', ...change }, transaction)
        return transaction.passkey.update({ where: { id: passkey.id }, data: { name }, select: columns })
      })
    })
  }

  /** Errors: CONFIRMATION_REQUIRED, PASSKEY_NOT_FOUND, LAST_FACTOR. */
  async delete(actor: Actor, id: string): Promise<Passkey> {
    const { audit, clock, database, twoFactor } = this.#deps
    return this.#orRefused(actor, 'auth.deletePasskey', async () => {
      requireSession(actor)
      requireRecentConfirmation(actor, clock.now())
      return database.$transaction(async (transaction) => {
        await takeTurn(actor, transaction)
        const passkey = await transaction.passkey.findFirst({ where: { id: storable(id), userId: actor.userId }, select: columns })
        if (!passkey) throw new PasskeyNotFound()
        await transaction.passkey.delete({ where: { id: passkey.id } })
        await this.#requireAnotherWayIn(actor.userId, transaction)
        await twoFactor.afterRemoval(actor, transaction)
        const details = { passkey: passkey.name }
        await audit.record(actor, { action: 'auth.deletePasskey', target: actor.username, result: 'ok', details }, transaction)
        return passkey
      })
    })
  }

  /** What a browser needs to confirm with a passkey who is there. Errors: UNAVAILABLE. */
  async beginConfirmation(actor: Actor, { origin }: Browser) {
    requireOwnSession(actor)
    return this.#deps.passkeys.beginAssertion(confirmationWish(actor), requireSite(origin))
  }

  /** What a browser needs to sign in without a password. Anybody; nothing is said about who has passkeys. Errors: UNAVAILABLE. */
  async beginSignIn({ origin }: Browser) {
    return this.#deps.passkeys.beginAssertion(signInWish, requireSite(origin))
  }

  /** Signs in whose passkey it is: its authenticator asked for a finger, a face or a PIN. Errors: CHALLENGE_OVER, PASSKEY_REFUSED, UNAVAILABLE. */
  async signIn(actor: Actor, answer: PasskeyAssertion, { origin }: Browser): Promise<StartedSession> {
    const { audit, database, passkeys, sessions } = this.#deps
    try {
      const { userId } = await passkeys.finishAssertion(signInWish, requireSite(origin), answer)
      const found = await database.user.findUnique({ where: { id: userId }, select: { ...userColumns, deletion: true } })
      if (!found || found.disabledAt || found.deletion !== null) throw new PasskeyRefused('the account may not sign in')
      const { deletion: _, ...user } = found
      const started = await sessions.start(user, originOf(actor), 'PASSKEY')
      // A new sign-in never goes on with the session that came before it.
      if (actor.kind === 'user' && !actor.scopes) await sessions.end(actor.sessionId)
      const record = { action: 'auth.signIn', target: user.username, result: 'ok', details: { method: 'PASSKEY' } }
      await audit.record(signedIn(user, started, originOf(actor)), record)
      return started
    } catch (error) {
      if (error instanceof Problem)
        await recordRefusal(this.#deps, actor, { action: 'auth.signInWithPasskey', target: null, problem: error })
      throw error
    }
  }

  async #requireRoom(userId: string, database: Pick<Database, 'passkey'> = this.#deps.database): Promise<void> {
    if ((await database.passkey.count({ where: { userId } })) >= mostPasskeys) throw new TooManyPasskeys(mostPasskeys)
  }

  /** An account without a password signs in with a passkey or not at all. */
  async #requireAnotherWayIn(userId: string, database: Pick<Database, 'passkey' | 'user'>): Promise<void> {
    const user = await database.user.findUniqueOrThrow({ where: { id: userId }, select: { passwordHash: true } })
    if (user.passwordHash === null && (await database.passkey.count({ where: { userId } })) === 0) throw new LastFactor()
  }

  async #orRefused<T>(actor: Actor, action: string, run: () => Promise<T>): Promise<T> {
    requireOwnSession(actor)
    try {
      return await run()
    } catch (error) {
      if (error instanceof Problem) await recordRefusal(this.#deps, actor, { action, target: actor.username, problem: error })
      throw error
    }
  }
}

const signInWish = { purpose: 'passkey.signIn', userId: null, userVerification: 'required' } as const

function requireName(given: string): string {
  const name = given.normalize('NFC').trim()
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (name === '' || [...name].length > nameLength || !name.isWellFormed() || /[\u0000-\u001f\u007f]/.test(name)) {
    throw new InvalidInput(`A name has 1 to ${nameLength} characters.`, 'name')
  }
  return name
}

function storable(id: string): string {
  return /^[\w-]{1,64}$/.test(id) ? id : ''
}
