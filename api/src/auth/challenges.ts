import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { createToken, hashToken } from './token.ts'

/** What was begun: nothing that was begun for one purpose can be ended as another. */
export type ChallengePurpose = 'signIn' | 'totp.enrol' | 'passkey.register' | 'passkey.signIn' | 'passkey.secondFactor' | 'passkey.confirm'

/** How long there is time to come back, in milliseconds. */
export const challengeLasts = 5 * 60_000

/** Something begun that waits for its second half. */
export interface Challenge {
  readonly id: string
  /** Whose it is; null where that is only known at the end. */
  readonly userId: string | null
  readonly data: Readonly<Record<string, string>>
  readonly attempts: number
  readonly createdAt: Date
  readonly expiresAt: Date
}

export interface NewChallenge {
  readonly purpose: ChallengePurpose
  readonly userId: string | null
  readonly data?: Readonly<Record<string, string>>
}

/** 256 bits to come back with. Only their hash is kept; each is good for one end, also when two come at once. */
export class Challenges {
  readonly #database: Database
  readonly #clock: Clock

  constructor({ database, clock }: { database: Database; clock: Clock }) {
    this.#database = database
    this.#clock = clock
  }

  /** Begins. `token` is what to come back with: it exists nowhere else. */
  async begin({ purpose, userId, data = {} }: NewChallenge): Promise<{ token: string; expiresAt: Date }> {
    const createdAt = this.#clock.now()
    const expiresAt = new Date(createdAt.getTime() + challengeLasts)
    const token = createToken()
    await this.#database.challenge.deleteMany({ where: { expiresAt: { lte: createdAt } } })
    const row = { id: createId(createdAt.getTime()), tokenHash: hashToken(token), purpose, userId, data, attempts: 0, createdAt, expiresAt }
    await this.#database.challenge.create({ data: row })
    return { token, expiresAt }
  }

  /** What was begun with this token; null for what is unknown, over, or was begun for something else. */
  async find(purpose: ChallengePurpose, token: string): Promise<Challenge | null> {
    const row = await this.#database.challenge.findUnique({ where: { tokenHash: hashToken(token) } })
    return row && row.purpose === purpose && row.expiresAt > this.#clock.now() ? challengeOf(row) : null
  }

  /** The newest that an account has begun for this; null when there is none. */
  async newestOf(purpose: ChallengePurpose, userId: string): Promise<Challenge | null> {
    const where = { purpose, userId, expiresAt: { gt: this.#clock.now() } }
    const row = await this.#database.challenge.findFirst({ where, orderBy: { id: 'desc' } })
    return row && challengeOf(row)
  }

  /** Counts a try before it is looked at; false when there were as many as there may be, and it is over then. */
  async try(id: string, most: number): Promise<boolean> {
    const where = { id, attempts: { lt: most } }
    const { count } = await this.#database.challenge.updateMany({ where, data: { attempts: { increment: 1 } } })
    if (count === 0) await this.#database.challenge.deleteMany({ where: { id } })
    return count === 1
  }

  /** Ends it: true for one caller only. */
  async end(id: string, transaction: DatabaseTransaction = this.#database): Promise<boolean> {
    return (await transaction.challenge.deleteMany({ where: { id } })).count === 1
  }

  /** Takes back all that an account has begun for these. */
  async dropOf(userId: string, purposes: readonly ChallengePurpose[], transaction: DatabaseTransaction = this.#database): Promise<void> {
    await transaction.challenge.deleteMany({ where: { userId, purpose: { in: [...purposes] } } })
  }
}

function challengeOf({
  tokenHash: _,
  purpose: __,
  data,
  ...row
}: { tokenHash: string; purpose: string; data: unknown } & Omit<Challenge, 'data'>) {
  return { ...row, data: data as Challenge['data'] }
}
