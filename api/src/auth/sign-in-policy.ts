import type { AuditService } from '../audit/service.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import type { SettingsService } from '../settings/service.ts'
import type { Enrolment } from './enrolment.ts'
import type { Actor, Role } from './model.ts'
import { requireAdmin, requireRecentConfirmation } from './policy.ts'
import type { Revocations } from './revocations.ts'
import { requiredFactors, sessionLifetime } from './settings.ts'

/** What a sign-in needs, and how long it lasts. */
export interface SignInPolicy {
  /** Roles whose accounts must have a second factor. */
  readonly requireTwoFactor: readonly Role[]
  /** Accounts of these roles that have none yet and can do nothing until they do. */
  readonly withoutFactor: number
  readonly idleHours: number
  readonly absoluteHours: number
}

export interface SignInPolicyUpdate {
  readonly requireTwoFactor?: readonly Role[] | null | undefined
  readonly idleHours?: number | null | undefined
  readonly absoluteHours?: number | null | undefined
}

export interface SignInPolicyDeps {
  readonly audit: AuditService
  readonly database: Database
  readonly revocations: Revocations
  readonly clock: Clock
  readonly settings: SettingsService
  readonly enrolment: Enrolment
}

/** What administrators ask of everybody who signs in. */
export class SignInPolicyService {
  readonly #deps: SignInPolicyDeps

  constructor(deps: SignInPolicyDeps) {
    this.#deps = deps
  }

  /** Administrators only. */
  async read(actor: Actor): Promise<SignInPolicy> {
    requireAdmin(actor, 'settings:manage')
    return this.#present()
  }

  /** What is not given stays as it is. Administrators in person only. Errors: CONFIRMATION_REQUIRED, INVALID_INPUT, FORBIDDEN. */
  async update(actor: Actor, update: SignInPolicyUpdate): Promise<SignInPolicy> {
    try {
      return await this.#update(actor, update)
    } catch (error) {
      if (error instanceof Problem) {
        await this.#deps.audit.record(actor, { action: 'settings.change', target: 'auth.signInPolicy', result: error.code })
      }
      throw error
    }
  }

  async #update(actor: Actor, update: SignInPolicyUpdate): Promise<SignInPolicy> {
    requireAdmin(actor, 'settings:manage')
    const { clock, settings } = this.#deps
    requireRecentConfirmation(actor, clock.now())
    const lifetime = settings.get(sessionLifetime)
    const { idleHours, absoluteHours } = update
    if (idleHours != null || absoluteHours != null) {
      await settings.set(actor, sessionLifetime, {
        idleHours: idleHours ?? lifetime.idleHours,
        absoluteHours: absoluteHours ?? lifetime.absoluteHours,
      })
    }
    if (update.requireTwoFactor != null) {
      const before = new Set(settings.get(requiredFactors).roles)
      const roles = [...new Set(update.requireTwoFactor)]
      await settings.set(actor, requiredFactors, { roles })
      await this.#endStreams(roles.filter((role) => !before.has(role)))
    }
    return this.#present()
  }

  async #present(): Promise<SignInPolicy> {
    const { settings } = this.#deps
    const { roles } = settings.get(requiredFactors)
    return { requireTwoFactor: roles, withoutFactor: (await this.#withoutFactor(roles)).length, ...settings.get(sessionLifetime) }
  }

  /** What flows to accounts that must enrol from now on ends; their sessions stay, for them to enrol with. */
  async #endStreams(roles: readonly Role[]): Promise<void> {
    const { database, revocations } = this.#deps
    const userId = { in: await this.#withoutFactor(roles) }
    const select = { id: true } as const
    const rows = [
      ...(await database.session.findMany({ where: { userId }, select })),
      ...(await database.apiKey.findMany({ where: { userId }, select })),
    ]
    const ids = rows.map(({ id }) => id)
    await database.$transaction((transaction) => revocations.note(ids, transaction))
  }

  async #withoutFactor(roles: readonly Role[]): Promise<string[]> {
    if (roles.length === 0) return []
    const none = { OR: [{ totp: null }, { totp: { confirmedAt: null } }], passkeys: { none: {} } }
    const where = { role: { in: [...roles] }, disabledAt: null, ...none }
    return (await this.#deps.database.user.findMany({ where, select: { id: true } })).map(({ id }) => id)
  }
}
