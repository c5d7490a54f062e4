import type { AuditRecord } from '../audit/model.ts'
import type { Actor } from '../auth/model.ts'
import { flattened } from '../files/streams.ts'
import { type Bus, type Reader, startingWith } from '../platform/bus.ts'
import { Problem } from '../platform/errors.ts'
import { type Service, servicesChanged } from './model.ts'
import { requireManageServices, requireReadServices } from './policy.ts'
import type { HealthRegistry } from './registry.ts'

/** How long an answer may wait for fresh values, in milliseconds: what hangs is told as it was known. */
const patience = 300

export interface HealthServiceDeps {
  readonly registry: HealthRegistry
  readonly bus: Bus
  readonly audit: { record(actor: Actor, record: AuditRecord): Promise<void> }
}

/** How the parts of the server are, for administrators. */
export class HealthService {
  readonly #deps: HealthServiceDeps

  constructor(deps: HealthServiceDeps) {
    this.#deps = deps
  }

  /** Every component as it is now. Administrators only. */
  async list(actor: Actor): Promise<Service[]> {
    requireReadServices(actor)
    await this.#deps.registry.refresh(({ everyMs }) => everyMs === undefined, patience)
    return this.#deps.registry.services()
  }

  /** Null when there is none of this name. Administrators only. */
  async find(actor: Actor, name: string): Promise<Service | null> {
    requireReadServices(actor)
    await this.#deps.registry.refresh((component) => component.name === name && component.everyMs === undefined, patience)
    return this.#deps.registry.find(name)
  }

  /** Every component as it is now, then each one again that changes. A slow reader finds the newest of each. Administrators only. */
  watch(actor: Actor): Reader<Service> {
    requireReadServices(actor)
    const { bus, registry } = this.#deps
    const reader = bus.watch(servicesChanged, '')
    return flattened(startingWith(() => new Map(registry.services().map((service) => [service.name, service])), reader))
  }

  /** Lets a component begin anew. Errors: FORBIDDEN, SERVICE_NOT_FOUND, SERVICE_NOT_RESTARTABLE, UNAVAILABLE (it failed at it). */
  async restart(actor: Actor, name: string): Promise<Service> {
    const { audit, registry } = this.#deps
    const action = 'services.restart'
    const before = registry.find(name)?.state
    try {
      requireManageServices(actor)
      const service = await registry.restart(name)
      const details = { before: before ?? '', after: service.state }
      await audit.record(actor, { action, target: name, result: 'ok', details })
      return service
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action, target: name, result: error.code })
      throw error
    }
  }
}
