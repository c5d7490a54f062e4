import { Lucia, TimeSpan } from 'lucia'
import type { SignInMethod } from '../generated/sqlite/enums.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { transactionScope } from '../platform/transaction-scope.ts'
import type { SettingsService } from '../settings/service.ts'
import type { User } from '../users/model.ts'
import { readCookie, sessionCookieName, setCookieHeader } from './cookies.ts'
import { SignInFailed } from './errors.ts'
import { type Origin, type Role, sessionsChanged } from './model.ts'
import type { Revocations } from './revocations.ts'
import { SessionAdapter, type SessionWhere } from './session-adapter.ts'
import { endOf, endOfIdleness, endOfWholeLife, type Lifetime, type SessionLife } from './session-life.ts'
import { sessionLifetime } from './settings.ts'
import { createToken, hashToken } from './token.ts'

/** The longest that browsers keep a cookie; how long the session lives is decided here. In seconds. */
const cookieLifetime = 400 * 24 * 3_600
/** The last use is written down when it moved on by so much, in milliseconds: not a row written for each request. */
const usePrecision = 60_000
/** From another address sooner, but not with each request of a client that goes to and fro between two. */
const addressPrecision = 10_000
/** An account has at most so many sessions: one more ends the one that was not used for longest. */
const mostSessions = 100

export interface SessionsDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly settings: SettingsService
  readonly revocations: Revocations
}

/** A session as its owner may see it: the token is not part of it. */
export interface Session extends SessionLife {
  readonly id: string
  readonly userId: string
  /** The account where it is at hand, as after a sign-in. */
  readonly user: User | null
  /** Where it was last used from. */
  readonly address: string
  /** What its browser calls itself. */
  readonly client: string | null
  readonly method: SignInMethod
  /** True for the session that carries the request. */
  readonly isCurrent: boolean
}

/** A new session with the token for the cookie, which exists nowhere else. */
export interface StartedSession {
  readonly session: Session
  readonly token: string
}

/** Who has just signed in, as the audit log names them: the request itself came from nobody yet. */
export function signedIn({ id, username }: User, { session }: StartedSession, origin: Origin) {
  const { address, client, requestId } = origin
  return { kind: 'user', userId: id, username, sessionId: session.id, scopes: null, address, client, requestId } as const
}

/** Who a session token speaks for. */
export interface SessionIdentity {
  readonly userId: string
  readonly username: string
  readonly role: Role
  readonly sessionId: string
  readonly expiresAt: Date
  readonly confirmedAt: Date
}

/** What must still be true of the account when its session begins, having been found so before. */
export interface Expectation {
  /** The hash that the password was checked against: another one means that it was changed meanwhile. */
  readonly passwordHash?: string
}

/** The sessions of browsers: begun by a sign-in, told by a cookie, ended from many sides. */
export class Sessions {
  readonly #deps: SessionsDeps

  constructor(deps: SessionsDeps) {
    this.#deps = deps
  }

  /** Begins a session. 256 random bits name it; only their hash is kept. Errors: SIGN_IN_FAILED when the account changed meanwhile. */
  async start(user: User, origin: Origin, method: SignInMethod, expected: Expectation = {}): Promise<StartedSession> {
    const { bus, clock, database } = this.#deps
    const now = clock.now()
    const token = createToken()
    const id = createId(now.getTime())
    const begun = { createdAt: now, lastUsedAt: now, address: origin.address, client: origin.client, method, confirmedAt: now }
    const expiresAt = await database.$transaction(async (transaction) => {
      // Written first: of a sign-in and a change of the password at once, the second waits for the first and meets what it did.
      const where = { id: user.id, disabledAt: null, ...(expected.passwordHash ? { passwordHash: expected.passwordHash } : {}) }
      const { count } = await transaction.user.updateMany({ where, data: { lastSignInAt: now } })
      if (count === 0) throw new SignInFailed()
      const lucia = this.#lucia(transaction)
      await lucia.deleteExpiredSessions()
      await this.#makeRoom(user.id, transaction)
      const attributes = { publicId: id, absoluteExpiresAt: endOfWholeLife(now, this.#lifetime()), ...begun }
      const session = await lucia.createSession(user.id, attributes, { sessionId: token })
      return endOf({ ...attributes, expiresAt: session.expiresAt }, this.#lifetime())
    })
    bus.publish(sessionsChanged, user.id, { userId: user.id })
    return { token, session: { id, userId: user.id, user, expiresAt, isCurrent: true, ...begun } }
  }

  /** Who the cookie speaks for; null without a valid session. Use prolongs it, up to the end of its whole life. */
  async identify(cookieHeader: string | undefined, secure: boolean, origin: Origin): Promise<SessionIdentity | null> {
    const token = readCookie(cookieHeader, sessionCookieName, secure)
    if (!token) return null
    const { session, user } = await this.#lucia().validateSession(token)
    if (!session || user.disabledAt) return null
    const now = this.#deps.clock.now()
    const { publicId: sessionId, confirmedAt } = session
    let expiresAt = endOf(session, this.#lifetime())
    if (expiresAt <= now) {
      await this.end(sessionId)
      return null
    }
    const unused = now.getTime() - session.lastUsedAt.getTime()
    if (unused > usePrecision || (session.address !== origin.address && unused > addressPrecision)) {
      const use = { lastUsedAt: now, address: origin.address, expiresAt: endOfIdleness(now, this.#lifetime()) }
      expiresAt = endOf({ ...session, ...use }, this.#lifetime())
      await this.#deps.database.session.updateMany({ where: { id: sessionId }, data: use })
      this.#deps.bus.publish(sessionsChanged, user.id, { userId: user.id })
    }
    return { userId: user.id, username: user.username, role: user.role, sessionId, expiresAt, confirmedAt }
  }

  /** Who the session of this id speaks for, without using it; null when there is none that is valid. */
  async identityOf(id: string): Promise<SessionIdentity | null> {
    const row = await this.#deps.database.session.findUnique({ where: { id }, include: { user: true } })
    if (!row || row.user.disabledAt || row.user.deletion !== null) return null
    const expiresAt = endOf(row, this.#lifetime())
    if (expiresAt <= this.#deps.clock.now()) return null
    const { confirmedAt, userId } = row
    return { userId, username: row.user.username, role: row.user.role, sessionId: id, expiresAt, confirmedAt }
  }

  /** The sessions of an account, the one used last first. `current` is the one that asks. */
  async ofUser(userId: string, current: string): Promise<Session[]> {
    const now = this.#deps.clock.now()
    const rows = await this.#deps.database.session.findMany({ where: { userId }, orderBy: [{ lastUsedAt: 'desc' }, { id: 'desc' }] })
    return rows
      .map((row) => ({ ...sessionOf(row), expiresAt: endOf(row, this.#lifetime()), isCurrent: row.id === current }))
      .filter(({ expiresAt }) => expiresAt > now)
  }

  /**
   * Gives a session another id and another token, as after a change of its password: whoever had the old token, and
   * whatever was opened with it, is out. Null when it has ended meanwhile. Belongs into the transaction of the change.
   */
  async renew(sessionId: string, transaction: DatabaseTransaction): Promise<StartedSession | null> {
    const now = this.#deps.clock.now()
    const token = createToken()
    const id = createId(now.getTime())
    const data = { id, tokenHash: hashToken(token), confirmedAt: now }
    const { count } = await transaction.session.updateMany({ where: { id: sessionId }, data })
    if (count === 0) return null
    await this.#deps.revocations.note([sessionId], transaction)
    const row = await transaction.session.findUniqueOrThrow({ where: { id } })
    this.#tellOwner(row.userId, transaction)
    return { token, session: { ...sessionOf(row), expiresAt: endOf(row, this.#lifetime()), isCurrent: true } }
  }

  /**
   * Notes that its person has proved who they are, and gives the session another token: with the old one nobody comes in
   * any more. What it has open goes on, with no more rights than before. Null when it has ended meanwhile. Belongs into a transaction.
   */
  async confirm(sessionId: string, transaction: DatabaseTransaction): Promise<{ readonly at: Date; readonly token: string } | null> {
    const at = this.#deps.clock.now()
    const token = createToken()
    const data = { tokenHash: hashToken(token), confirmedAt: at }
    const { count } = await transaction.session.updateMany({ where: { id: sessionId }, data })
    return count === 0 ? null : { at, token }
  }

  /** When a session ends unless it is used before; null when it has. Asking is no use of it. */
  async endOf(sessionId: string): Promise<Date | null> {
    const row = await this.#deps.database.session.findUnique({ where: { id: sessionId } })
    const end = row && endOf(row, this.#lifetime())
    return end && end > this.#deps.clock.now() ? end : null
  }

  /** Ends one session, and with it every connection that it carries. Returns how many it were: 0 for one that had ended. */
  end(sessionId: string, transaction?: DatabaseTransaction): Promise<number> {
    return this.#endWhere({ id: sessionId }, transaction)
  }

  /** Ends all sessions of an account, but for one. Returns how many. */
  endOfUser(userId: string, { except, transaction }: { except?: string; transaction?: DatabaseTransaction } = {}): Promise<number> {
    return this.#endWhere({ userId, ...(except ? { NOT: { id: except } } : {}) }, transaction)
  }

  /** Ends the sessions whose time is over, also because it was made shorter. Returns how many. */
  endOverdue(): Promise<number> {
    const now = this.#deps.clock.now()
    const { idleHours, absoluteHours } = this.#lifetime()
    const before = (hours: number) => ({ lte: new Date(now.getTime() - hours * 3_600_000) })
    return this.#endWhere({
      OR: [
        { expiresAt: { lte: now } },
        { absoluteExpiresAt: { lte: now } },
        { lastUsedAt: before(idleHours) },
        { createdAt: before(absoluteHours) },
      ],
    })
  }

  /** When the first of all sessions ends, unless it is used before; null when there is none. */
  async nextEnd(): Promise<Date | null> {
    const _min = { expiresAt: true, absoluteExpiresAt: true, lastUsedAt: true, createdAt: true } as const
    const { _min: first } = await this.#deps.database.session.aggregate({ _min })
    const { absoluteExpiresAt, createdAt, expiresAt, lastUsedAt } = first
    if (!absoluteExpiresAt || !createdAt || !expiresAt || !lastUsedAt) return null
    return endOf({ absoluteExpiresAt, createdAt, expiresAt, lastUsedAt }, this.#lifetime())
  }

  /** True when a request carries a session cookie, valid or not: then it needs the csrf header to change anything. */
  hasCookie(cookieHeader: string | undefined): boolean {
    return readCookie(cookieHeader, sessionCookieName, false) !== null || readCookie(cookieHeader, sessionCookieName, true) !== null
  }

  cookie(token: string, secure: boolean): string {
    return setCookieHeader(sessionCookieName, token, { secure, maxAge: cookieLifetime })
  }

  blankCookie(secure: boolean): string {
    return setCookieHeader(sessionCookieName, '', { secure, maxAge: 0 })
  }

  /** Rows and outbox stand or fall together, so that no ended session keeps a connection. */
  async #endWhere(where: SessionWhere, transaction?: DatabaseTransaction): Promise<number> {
    if (!transaction) return this.#deps.database.$transaction((own) => this.#endWhere(where, own))
    const rows = await transaction.session.findMany({ where, select: { id: true, userId: true } })
    if (rows.length === 0) return 0
    const ids = rows.map(({ id }) => id)
    const { count } = await transaction.session.deleteMany({ where: { id: { in: ids } } })
    // Somebody else was quicker.
    if (count === 0) return 0
    await this.#deps.revocations.note(ids, transaction)
    for (const userId of new Set(rows.map((row) => row.userId))) this.#tellOwner(userId, transaction)
    return count
  }

  async #makeRoom(userId: string, transaction: DatabaseTransaction): Promise<void> {
    const rows = await transaction.session.findMany({
      where: { userId },
      orderBy: { lastUsedAt: 'desc' },
      skip: mostSessions - 1,
      select: { id: true },
    })
    if (rows.length > 0) await this.#endWhere({ id: { in: rows.map(({ id }) => id) } }, transaction)
  }

  #tellOwner(userId: string, transaction: DatabaseTransaction): void {
    const tell = () => this.#deps.bus.publish(sessionsChanged, userId, { userId })
    transactionScope(transaction)?.afterEnd((committed) => committed && tell())
  }

  #lifetime(): Lifetime {
    return this.#deps.settings.get(sessionLifetime)
  }

  /** Made anew each time: the lifetime may have been adjusted, and it holds nothing. */
  #lucia(database: DatabaseTransaction = this.#deps.database) {
    const { clock, database: whole } = this.#deps
    const end = (where: SessionWhere) => this.#endWhere(where, database === whole ? undefined : database)
    return new Lucia(new SessionAdapter({ database, clock, end }), {
      sessionExpiresIn: new TimeSpan(this.#lifetime().idleHours, 'h'),
      getSessionAttributes: (attributes) => attributes,
      getUserAttributes: (attributes) => attributes,
    })
  }
}

type SessionRow = Awaited<ReturnType<Database['session']['findUniqueOrThrow']>>

function sessionOf({ tokenHash: _, ...row }: SessionRow): Omit<Session, 'isCurrent'> {
  return { ...row, user: null }
}
