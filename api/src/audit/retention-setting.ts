import type { Actor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import { Problem } from '../platform/errors.ts'
import type { SettingsService } from '../settings/service.ts'
import { requireChangeRetention, requireReadRetention } from './policy.ts'
import type { AuditService } from './service.ts'
import { auditRetention } from './settings.ts'

export interface RetentionSettingDeps {
  readonly audit: AuditService
  readonly clock: Clock
  readonly settings: SettingsService
}

/** How long entries of the log are kept, as administrators decide it. */
export class RetentionSetting {
  readonly #deps: RetentionSettingDeps

  constructor(deps: RetentionSettingDeps) {
    this.#deps = deps
  }

  /** In days; 0 for ever. Administrators only. */
  async read(actor: Actor): Promise<number> {
    requireReadRetention(actor)
    return this.#deps.settings.get(auditRetention).days
  }

  /**
   * From the next daily look on, what is older is removed. Administrators in person only: it can take evidence away.
   * Errors: CONFIRMATION_REQUIRED, INVALID_INPUT, FORBIDDEN.
   */
  async change(actor: Actor, days: number): Promise<number> {
    const { audit, clock, settings } = this.#deps
    try {
      requireChangeRetention(actor, clock.now())
      return (await settings.set(actor, auditRetention, { days })).days
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'settings.change', target: auditRetention.key, result: error.code })
      throw error
    }
  }
}
