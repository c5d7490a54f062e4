import { createHash } from 'node:crypto'
import type { Adapter, DatabaseSession, DatabaseUser, Lucia } from 'lucia'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Role } from './model.ts'

declare module 'lucia' {
  interface Register {
    Lucia: Lucia<{ publicId: string }, { username: string; role: Role }>
    DatabaseUserAttributes: { username: string; role: Role }
    DatabaseSessionAttributes: { publicId: string }
  }
}

/**
 * Lucia's sessions in our table. What Lucia calls the session id is the token in the cookie: it is hashed before it
 * meets the database, so a stolen copy of the database signs nobody in.
 */
export class SessionAdapter implements Adapter {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  async getSessionAndUser(token: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const row = await this.#database.session.findUnique({ where: { tokenHash: hashToken(token) }, include: { user: true } })
    if (!row) return [null, null]
    const { user, ...session } = row
    return [
      { id: token, userId: user.id, expiresAt: session.expiresAt, attributes: { publicId: session.id } },
      { id: user.id, attributes: { username: user.username, role: user.role } },
    ]
  }

  async getUserSessions(): Promise<DatabaseSession[]> {
    throw new Error('Sessions are listed from the table: their tokens are not known here.')
  }

  async setSession(session: DatabaseSession): Promise<void> {
    await this.#database.session.create({
      data: {
        id: session.attributes.publicId,
        tokenHash: hashToken(session.id),
        userId: session.userId,
        createdAt: this.#clock.now(),
        expiresAt: session.expiresAt,
      },
    })
  }

  async updateSessionExpiration(token: string, expiresAt: Date): Promise<void> {
    await this.#database.session.updateMany({ where: { tokenHash: hashToken(token) }, data: { expiresAt } })
  }

  async deleteSession(token: string): Promise<void> {
    await this.#database.session.deleteMany({ where: { tokenHash: hashToken(token) } })
  }

  async deleteUserSessions(userId: string): Promise<void> {
    await this.#database.session.deleteMany({ where: { userId } })
  }

  async deleteExpiredSessions(): Promise<void> {
    await this.#database.session.deleteMany({ where: { expiresAt: { lte: this.#clock.now() } } })
  }
}

function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
