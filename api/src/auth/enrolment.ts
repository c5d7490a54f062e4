import type { Database, DatabaseTransaction } from '../platform/db.ts'
import type { SettingsService } from '../settings/service.ts'
import type { Role } from './model.ts'
import { requiredFactors } from './settings.ts'

/** The second factors that an account has. */
export interface Factors {
  readonly totp: boolean
  readonly passkeys: number
}

/** Who must have a second factor, and who has one. */
export class Enrolment {
  readonly #database: Database
  readonly #settings: SettingsService

  constructor({ database, settings }: { database: Database; settings: SettingsService }) {
    this.#database = database
    this.#settings = settings
  }

  /** Whether accounts of this role must have a second factor. */
  isRequired(role: Role): boolean {
    return this.#settings.get(requiredFactors).roles.includes(role)
  }

  /** Whether the account must set one up before it may do anything else. Asked with every request: where nothing is required it costs nothing. */
  async mustEnrol(userId: string, role: Role): Promise<boolean> {
    if (!this.isRequired(role)) return false
    if (await this.#database.totp.findUnique({ where: { userId, NOT: { confirmedAt: null } }, select: { userId: true } })) return false
    return (await this.#database.passkey.findFirst({ where: { userId }, select: { id: true } })) === null
  }

  async factorsOf(userId: string, transaction: DatabaseTransaction = this.#database): Promise<Factors> {
    const totp = (await transaction.totp.count({ where: { userId, NOT: { confirmedAt: null } } })) > 0
    return { totp, passkeys: await transaction.passkey.count({ where: { userId } }) }
  }
}

export function hasFactor({ totp, passkeys }: Factors): boolean {
  return totp || passkeys > 0
}
