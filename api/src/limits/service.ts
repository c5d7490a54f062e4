import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import type { SettingsService } from '../settings/service.ts'
import type { Limit } from './model.ts'
import { requireChangeLimits, requireReadLimits } from './policy.ts'
import { limitSettings } from './settings.ts'
import { isLimitName, type LimitName, limitNames, limits, type Rate } from './table.ts'
import type { Tally } from './tally.ts'

export interface LimitsServiceDeps {
  readonly settings: SettingsService
  readonly audit: AuditService
  readonly clock: Clock
  readonly denials: Tally
}

/** The table of limits, for administrators. */
export class LimitsService {
  readonly #deps: LimitsServiceDeps

  constructor(deps: LimitsServiceDeps) {
    this.#deps = deps
  }

  /** Errors: FORBIDDEN. */
  list(actor: Actor): Limit[] {
    requireReadLimits(actor)
    return limitNames.map((name) => this.#read(name))
  }

  /** Changes a limit, from the next request on. Errors: CONFIRMATION_REQUIRED, FORBIDDEN, INVALID_INPUT. */
  async update(actor: Actor, { name, ...rate }: Rate & { name: string }): Promise<Limit> {
    return this.#set(actor, name, rate)
  }

  /** Back to what it was at first. Errors: CONFIRMATION_REQUIRED, FORBIDDEN, INVALID_INPUT. */
  async reset(actor: Actor, name: string): Promise<Limit> {
    return this.#set(actor, name, null)
  }

  async #set(actor: Actor, name: string, rate: Rate | null): Promise<Limit> {
    const { audit, clock, settings } = this.#deps
    try {
      requireChangeLimits(actor, clock.now())
      if (!isLimitName(name)) throw new InvalidInput('There is no limit of this name.', 'name')
      await settings.set(actor, limitSettings[name], rate)
      return this.#read(name)
    } catch (error) {
      if (error instanceof Problem)
        await audit.record(actor, { action: 'settings.change', target: `limits.${name.slice(0, 64)}`, result: error.code })
      throw error
    }
  }

  #read(name: LimitName): Limit {
    const { denials, settings } = this.#deps
    const { by, kind, least, most, preset } = limits[name]
    const setting = limitSettings[name]
    return {
      name,
      kind,
      by,
      rate: settings.get(setting),
      preset,
      least,
      most,
      adjusted: settings.isAdjusted(setting),
      deniedLastHour: denials.lastHour(name),
    }
  }
}
