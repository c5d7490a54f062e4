import { randomBytes, timingSafeEqual } from 'node:crypto'
import { Lucia, TimeSpan } from 'lucia'
import type { AuditService } from '../audit/service.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { isUsername, type User, usernameKey } from '../users/model.ts'
import type { UsersService } from '../users/service.ts'
import { SetupDone, SetupTokenWrong, SignInFailed } from './errors.ts'
import { type Actor, type Role, sessionEnded } from './model.ts'
import { createDecoyHash, verifyPassword } from './password.ts'
import { SessionAdapter } from './session-adapter.ts'
import type { SetupToken } from './setup-token.ts'

const cookieName = 'baluhost_session'

/** A session lives this long after its last use in the second half of that time. */
const sessionLifetime = new TimeSpan(30, 'd')

export interface AuthServiceDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly audit: AuditService
  readonly users: UsersService
  readonly setupToken: SetupToken
}

/** A session as its owner may see it: the token is not part of it. */
export interface Session {
  readonly id: string
  readonly user: User
  readonly expiresAt: Date
}

/** A new session with the token for the cookie, which exists nowhere else. */
export interface StartedSession {
  readonly session: Session
  readonly token: string
}

/** First setup, sign-in, sign-out, and who a token speaks for. */
export class AuthService {
  readonly #deps: AuthServiceDeps
  readonly #lucia: Lucia<{ publicId: string }, { username: string; role: Role }>
  /** Checked when the name is unknown, so that both answers take the same time. */
  readonly #decoyHash = createDecoyHash()

  constructor(deps: AuthServiceDeps) {
    this.#deps = deps
    this.#lucia = new Lucia(new SessionAdapter(deps.database, deps.clock), {
      sessionExpiresIn: sessionLifetime,
      // The browser keeps the cookie as long as it may: how long the session lives is decided here, and use prolongs it.
      sessionCookie: { name: cookieName, expires: false, attributes: { sameSite: 'strict', secure: false } },
      getSessionAttributes: (attributes) => attributes,
      getUserAttributes: (attributes) => attributes,
    })
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

  /** Creates the first administrator. Errors: SETUP_DONE, SETUP_TOKEN_WRONG, WEAK_PASSWORD, INVALID_INPUT. */
  async completeSetup(actor: Actor, input: { setupToken: string; username: string; password: string }): Promise<StartedSession> {
    const { database, audit, clock, users, setupToken } = this.#deps
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
      return await this.#start(user)
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'auth.completeSetup', target: null, result: error.code })
      throw error
    }
  }

  /** Errors: SIGN_IN_FAILED, after the same time whether the name or the password was wrong. */
  async signIn(actor: Actor, input: { username: string; password: string }): Promise<StartedSession> {
    const { database, audit, users } = this.#deps
    const key = usernameKey(input.username)
    // What cannot be a name is not asked for: PostgreSQL has no text with NUL, and would fail in another way than for a wrong name.
    const user = isUsername(key) ? await database.user.findUnique({ where: { usernameKey: key } }) : null
    const matches = await verifyPassword(user?.passwordHash ?? this.#decoyHash, input.password)
    if (!user || !matches) {
      await audit.record(actor, { action: 'auth.signIn', target: input.username.slice(0, 64), result: 'SIGN_IN_FAILED' })
      throw new SignInFailed()
    }
    // Missing where the server stopped while it made the account. A storage that is away must not lock its owner out.
    await users.createHome(user).catch(() => {})
    // A new sign-in never goes on with the session that came before it.
    if (actor.kind === 'user') await this.#end(actor.sessionId)
    const started = await this.#start(user)
    await audit.record(actor, { action: 'auth.signIn', target: user.username, result: 'ok' })
    return started
  }

  /** Ends the actor's session and every stream it carries. */
  async signOut(actor: Actor): Promise<void> {
    if (actor.kind !== 'user') return
    await this.#end(actor.sessionId)
    await this.#deps.audit.record(actor, { action: 'auth.signOut', target: actor.username, result: 'ok' })
  }

  /** Who the cookie header speaks for; null when it carries no valid session. A stale session is prolonged. */
  async identify(
    cookieHeader: string | undefined,
  ): Promise<{ userId: string; username: string; role: Role; sessionId: string; expiresAt: Date } | null> {
    const token = sessionTokenIn(cookieHeader)
    if (!token) return null
    const { session, user } = await this.#lucia.validateSession(token)
    if (!session) return null
    return { userId: user.id, username: user.username, role: user.role, sessionId: session.publicId, expiresAt: session.expiresAt }
  }

  /** True when a request carries a session cookie, valid or not: then it needs the csrf header to change anything. */
  hasSessionCookie(cookieHeader: string | undefined): boolean {
    return sessionTokenIn(cookieHeader) !== null
  }

  sessionCookie(token: string): string {
    return this.#lucia.createSessionCookie(token).serialize()
  }

  blankSessionCookie(): string {
    return this.#lucia.createBlankSessionCookie().serialize()
  }

  async #start({ id, username, email, role, createdAt }: User): Promise<StartedSession> {
    const token = randomBytes(32).toString('base64url')
    const publicId = createId(this.#deps.clock.now().getTime())
    await this.#lucia.deleteExpiredSessions()
    const session = await this.#lucia.createSession(id, { publicId }, { sessionId: token })
    return { token, session: { id: publicId, user: { id, username, email, role, createdAt }, expiresAt: session.expiresAt } }
  }

  async #end(sessionId: string): Promise<void> {
    await this.#deps.database.session.deleteMany({ where: { id: sessionId } })
    this.#deps.bus.publish(sessionEnded, sessionId, { sessionId })
  }
}

function isSame(expected: string | null, given: string): boolean {
  if (expected === null) return false
  const [a, b] = [Buffer.from(expected), Buffer.from(given)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Read here and not by Lucia, which fails on a header with any cookie that is not percent-encoded: other programs of this host set some too. */
function sessionTokenIn(cookieHeader: string | undefined): string | null {
  for (const cookie of cookieHeader?.split(';') ?? []) {
    const at = cookie.indexOf('=')
    if (at > 0 && cookie.slice(0, at).trim() === cookieName) return cookie.slice(at + 1).trim()
  }
  return null
}

function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002'
}
