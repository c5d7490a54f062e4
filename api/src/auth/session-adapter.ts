import type { Adapter, DatabaseSession, DatabaseUser, Lucia } from 'lucia'
import type { SignInMethod } from '../generated/sqlite/enums.ts'
import type { Clock } from '../platform/clock.ts'
import type { DatabaseTransaction } from '../platform/db.ts'
import type { Role } from './model.ts'
import { hashToken } from './token.ts'

/** What a session row holds besides what Lucia knows. */
interface SessionAttributes {
  publicId: string
  createdAt: Date
  absoluteExpiresAt: Date
  lastUsedAt: Date
  address: string
  client: string | null
  method: SignInMethod
  confirmedAt: Date
}

interface UserAttributes {
  username: string
  role: Role
  disabledAt: Date | null
}

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<SessionAttributes, UserAttributes>
    DatabaseUserAttributes: UserAttributes
    DatabaseSessionAttributes: SessionAttributes
  }
}

/** Which sessions. */
export type SessionWhere = NonNullable<Parameters<DatabaseTransaction['session']['findMany']>[0]>['where'] & object

export interface SessionAdapterDeps {
  readonly database: DatabaseTransaction
  readonly clock: Clock
  /** Takes sessions away, and with them what they have open. */
  end(where: SessionWhere): Promise<unknown>
}

/**
 * Lucia's sessions in our table. What Lucia calls the session id is the token in the cookie: it is hashed before it
 * meets the database, so a stolen copy of the database signs nobody in.
 */
export class SessionAdapter implements Adapter {
  readonly #database: DatabaseTransaction
  readonly #clock: Clock
  readonly #end: SessionAdapterDeps['end']

  constructor({ database, clock, end }: SessionAdapterDeps) {
    this.#database = database
    this.#clock = clock
    this.#end = end
  }

  async getSessionAndUser(token: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const row = await this.#database.session.findUnique({ where: { tokenHash: hashToken(token) }, include: { user: true } })
    if (!row) return [null, null]
    const { user, id: publicId, expiresAt, tokenHash: _, userId, ...attributes } = row
    return [
      { id: token, userId, expiresAt, attributes: { publicId, ...attributes } },
      { id: userId, attributes: { username: user.username, role: user.role, disabledAt: user.disabledAt } },
    ]
  }

  async getUserSessions(): Promise<DatabaseSession[]> {
    throw new Error('Sessions are listed from the table: their tokens are not known here.')
  }

  async setSession(session: DatabaseSession): Promise<void> {
    const { publicId, ...attributes } = session.attributes
    await this.#database.session.create({
      data: {
        ...attributes,
        id: publicId,
        tokenHash: hashToken(session.id),
        userId: session.userId,
        expiresAt: session.expiresAt,
      },
    })
  }

  async updateSessionExpiration(token: string, expiresAt: Date): Promise<void> {
    await this.#database.session.updateMany({ where: { tokenHash: hashToken(token) }, data: { expiresAt } })
  }

  async deleteSession(token: string): Promise<void> {
    await this.#end({ tokenHash: hashToken(token) })
  }

  async deleteUserSessions(userId: string): Promise<void> {
    await this.#end({ userId })
  }

  async deleteExpiredSessions(): Promise<void> {
    const now = this.#clock.now()
    await this.#end({ OR: [{ expiresAt: { lte: now } }, { absoluteExpiresAt: { lte: now } }] })
  }
}
