import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { InvalidInput } from '../platform/errors.ts'
import { type SettingDefinition, settingChanged } from './model.ts'
import { requireManageSettings } from './policy.ts'

export interface SettingsServiceDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly audit: AuditService
}

/** Adjustable values: read from memory, changed in the database and everywhere at once. */
export class SettingsService {
  readonly #deps: SettingsServiceDeps
  #stored = new Map<string, unknown>()
  /** How many were made here. */
  #changes = 0
  /** What was read of each: limits are asked for with every field of every request. */
  readonly #read = new Map<SettingDefinition<unknown>, { readonly stored: unknown; readonly value: unknown }>()

  constructor(deps: SettingsServiceDeps) {
    this.#deps = deps
  }

  /** Reads what is stored. Before it, everything has its preset. Again: what other processes have changed since. */
  async load(): Promise<void> {
    const changes = this.#changes
    const rows = await this.#deps.database.setting.findMany()
    // Something was changed here while it was read: the next time will do.
    if (changes !== this.#changes) return
    const known = this.#stored
    this.#stored = new Map(rows.map(({ key, value }) => [key, isSame(known.get(key), value) ? known.get(key) : value]))
    for (const key of new Set([...known.keys(), ...this.#stored.keys()])) {
      if (known.get(key) !== this.#stored.get(key)) this.#deps.bus.publish(settingChanged, key, { key })
    }
  }

  /** The present value; the preset where nothing is stored, or what is stored is not valid any more. */
  get<T>(definition: SettingDefinition<T>): T {
    const stored = this.#stored.get(definition.key)
    const known = this.#read.get(definition)
    if (known && known.stored === stored) return known.value as T
    const parsed = definition.schema.safeParse(stored)
    const value = parsed.success ? parsed.data : definition.preset
    this.#read.set(definition, { stored, value })
    return value
  }

  /** False while nobody has changed it. */
  isAdjusted(definition: SettingDefinition<unknown>): boolean {
    return this.#stored.has(definition.key)
  }

  /** Administrators only; null goes back to the preset. Errors: FORBIDDEN, INVALID_INPUT. */
  async set<T>(actor: Actor, definition: SettingDefinition<T>, value: T | null): Promise<T> {
    requireManageSettings(actor)
    const { audit, bus, clock, database } = this.#deps
    const { key } = definition
    const parsed = value === null ? null : definition.schema.safeParse(value)
    if (parsed && !parsed.success) throw new InvalidInput(parsed.error.issues.map((issue) => issue.message).join(' '), key)
    const before = this.get(definition)
    this.#changes += 1
    await database.$transaction(async (transaction) => {
      await transaction.setting.deleteMany({ where: { key } })
      if (parsed) await transaction.setting.create({ data: { key, value: parsed.data as object, changedAt: clock.now() } })
      const after = parsed ? parsed.data : definition.preset
      await audit.record(
        actor,
        { action: 'settings.change', target: key, result: 'ok', before: { value: before as never }, after: { value: after as never } },
        transaction,
      )
    })
    this.#changes += 1
    if (parsed) this.#stored.set(key, parsed.data)
    else this.#stored.delete(key)
    bus.publish(settingChanged, key, { key })
    return this.get(definition)
  }
}

function isSame(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}
