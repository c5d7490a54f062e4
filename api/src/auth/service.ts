import { timingSafeEqual } from 'node:crypto'
import type { AuditService } from '../audit/service.ts'
import type { SignInGuard } from '../limits/sign-in-guard.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { isUsername, usernameKey } from '../users/model.ts'
import type { UsersService } from '../users/service.ts'
import { ServerBusy, SetupDone, SetupTokenWrong, SignInFailed } from './errors.ts'
import { type Actor, originOf } from './model.ts'
import { costOf, hashPassword, isOutdatedHash, verifyPassword } from './password.ts'
import { noteFreshHash } from './password-cost.ts'
import type { Browser, SecondStep, SecondStepRequired } from './second-step.ts'
import { type Sessions, type StartedSession, signedIn } from './sessions.ts'
import type { SetupToken } from './setup-token.ts'

export interface AuthServiceDeps {
  readonly database: Database
  readonly clock: Clock
  readonly audit: AuditService
  readonly users: UsersService
  readonly setupToken: SetupToken
  readonly sessions: Sessions
  readonly signInGuard: SignInGuard
  readonly secondStep: SecondStep
}

/** First setup, sign-in and sign-out. */
export class AuthService {
  readonly #deps: AuthServiceDeps

  constructor(deps: AuthServiceDeps) {
    this.#deps = deps
  }

  async isSetupRequired(): Promise<boolean> {
    return (await this.#deps.database.setup.count()) === 0
  }

  /** The token that the first administrator needs, made now when there is none; null once there is one. */
  async prepareSetup(): Promise<string | null> {
    const { setupToken } = this.#deps
    if (await this.isSetupRequired()) return setupToken.ensure()
    // Left over when the server stopped in the middle of its setup.
    await setupToken.discard()
    return null
  }

  /** Creates the first administrator. Errors: SETUP_DONE, SETUP_TOKEN_WRONG, HOME_NAME_TAKEN, WEAK_PASSWORD, INVALID_INPUT. */
  async completeSetup(actor: Actor, input: { setupToken: string; username: string; password: string }): Promise<StartedSession> {
    const { database, audit, clock, users, setupToken, sessions } = this.#deps
    // Not written down: nothing can be tried here any more, and whoever reaches the port could fill the disk.
    if (!(await this.isSetupRequired())) throw new SetupDone()
    try {
      if (!isSame(await setupToken.read(), input.setupToken.trim())) throw new SetupTokenWrong()
      const draft = await users.prepare({ ...input, email: null, role: 'ADMIN' })
      const user = await database
        .$transaction(async (transaction) => {
          await transaction.setup.create({ data: { id: 1, completedAt: clock.now() } })
          return users.insert(draft, transaction)
        })
        .catch((error: unknown) => {
          // Two setups at once: the key of the one Setup row lets one of them win.
          throw isUniqueViolation(error) ? new SetupDone() : error
        })
      await users.createHome(user).catch(async (error: unknown) => {
        // Without its home the setup has not happened: it can be tried again once the storage is there.
        await database.$transaction([database.user.delete({ where: { id: user.id } }), database.setup.deleteMany()])
        throw error
      })
      await setupToken.discard()
      await audit.record(actor, { action: 'auth.completeSetup', target: user.username, result: 'ok' })
      return await sessions.start(user, originOf(actor), 'SETUP')
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'auth.completeSetup', target: null, result: error.code })
      throw error
    }
  }

  /**
   * Begins a session, or says what else must be shown first. `device` is the browser's device cookie, and what it should
   * hold from now on comes back. Errors: RATE_LIMITED; SIGN_IN_FAILED, after the same time whether the name is unknown, the
   * account disabled or without a password, or the password wrong; SERVER_BUSY.
   */
  async signIn(
    actor: Actor,
    input: { username: string; password: string },
    browser: Browser,
    device: string | null = null,
  ): Promise<(StartedSession | SecondStepRequired) & { readonly device: string }> {
    const { database, audit, users, secondStep, sessions, signInGuard } = this.#deps
    const key = usernameKey(input.username)
    const origin = originOf(actor)
    // Before anything is looked up for a stranger: who must wait costs nothing, and learns nothing.
    const attempt = await signInGuard
      .begin(origin, key, device, () => this.#passwordChangedAt(key))
      .catch(async (error: unknown) => {
        const result = error instanceof Problem ? error.code : 'INTERNAL'
        const nobody = { kind: 'anonymous', address: origin.address, client: origin.client, requestId: origin.requestId } as const
        // As of nobody, whoever's session it came with: what nobody is refused again and again is counted, not written each time.
        await audit.record(nobody, { action: 'auth.signIn', target: await this.#nameFor(input.username), result })
        throw error
      })
    try {
      // What cannot be a name is not asked for: PostgreSQL has no text with NUL, and would fail in another way than for a wrong name.
      const user = isUsername(key) ? await database.user.findUnique({ where: { usernameKey: key } }) : null
      const matches = await verifyPassword(user?.passwordHash ?? null, input.password, { from: origin.address, name: key })
      if (!user?.passwordHash || !matches || user.disabledAt) throw new SignInFailed()
      const passwordHash = await this.#renewHash(user.id, user.passwordHash, input.password, origin.address)
      // Missing where the server stopped while it made the account. A storage that is away must not lock its owner out.
      await users.ensureHome(user).catch(() => {})
      const step = await secondStep.begin(user, browser)
      if ('challenge' in step) {
        await audit.record(actor, { action: 'auth.signIn', target: user.username, result: 'TWO_FACTOR_REQUIRED' })
        return { ...step, device: await attempt.succeeded() }
      }
      const started = await sessions.start(user, origin, step.method, { passwordHash })
      // A new sign-in never goes on with the session that came before it.
      if (actor.kind === 'user' && !actor.scopes) await sessions.end(actor.sessionId)
      const details = { method: step.method }
      await audit.record(signedIn(user, started, origin), { action: 'auth.signIn', target: user.username, result: 'ok', details })
      return { ...started, device: await attempt.succeeded() }
    } catch (error) {
      // Sent away before its password was looked at.
      if (error instanceof ServerBusy) await attempt.withdraw()
      if (error instanceof Problem) {
        await audit.record(actor, { action: 'auth.signIn', target: await this.#nameFor(input.username), result: error.code })
      }
      throw error
    }
  }

  /** What was typed, if it is the name of an account: people type passwords into this field, and the log keeps what it is told. */
  async #nameFor(typed: string): Promise<string> {
    const key = usernameKey(typed)
    const known = isUsername(key) && (await this.#deps.database.user.count({ where: { usernameKey: key } })) > 0
    return known ? typed.slice(0, 64) : 'unknown'
  }

  async #passwordChangedAt(key: string): Promise<Date | null> {
    const select = { passwordChangedAt: true } as const
    const user = isUsername(key) ? await this.#deps.database.user.findUnique({ where: { usernameKey: key }, select }) : null
    return user?.passwordChangedAt ?? null
  }

  /** A hash of another cost than today's is made anew while the password is at hand. Returns the hash that counts now. */
  async #renewHash(userId: string, passwordHash: string, password: string, from: string): Promise<string> {
    if (!isOutdatedHash(passwordHash)) return passwordHash
    try {
      const renewed = await hashPassword(password, from)
      const { count } = await this.#deps.database.user.updateMany({ where: { id: userId, passwordHash }, data: { passwordHash: renewed } })
      if (count === 0) return await this.#renewedElsewhere(userId, passwordHash, password, from)
      noteFreshHash(costOf(passwordHash))
      return renewed
    } catch (error) {
      // Next time: nobody is kept out for it.
      if (error instanceof ServerBusy) return passwordHash
      throw error
    }
  }

  /** Another sign-in with the same password was quicker to renew the hash; or the password is another one now. */
  async #renewedElsewhere(userId: string, passwordHash: string, password: string, from: string): Promise<string> {
    const user = await this.#deps.database.user.findUnique({ where: { id: userId }, select: { passwordHash: true } })
    const present = user?.passwordHash ?? null
    return present && (await verifyPassword(present, password, { from, name: '' })) ? present : passwordHash
  }

  /** Ends the actor's session and every stream it carries. */
  async signOut(actor: Actor): Promise<void> {
    if (actor.kind !== 'user' || actor.scopes) return
    await this.#deps.sessions.end(actor.sessionId)
    await this.#deps.audit.record(actor, { action: 'auth.signOut', target: actor.username, result: 'ok' })
  }
}

function isSame(expected: string | null, given: string): boolean {
  if (expected === null) return false
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002'
}
