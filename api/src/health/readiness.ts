import { isWorking, type Readiness } from './model.ts'
import type { HealthRegistry } from './registry.ts'

/** How long an answer holds, in milliseconds: however many ask, the components are asked once. */
const holds = 1_000
/** How long components are waited for: who hangs counts as what it was until its time is over. */
const patience = 1_000

/** Whether everything that is required works. Cheap to be asked by anybody, as often as they like. */
export class ReadinessProbe {
  readonly #registry: HealthRegistry
  readonly #monotonic: () => number
  #last: { readonly readiness: Readiness; readonly at: number } | null = null
  #asking: Promise<Readiness> | null = null

  constructor(registry: HealthRegistry, monotonic: () => number) {
    this.#registry = registry
    this.#monotonic = monotonic
  }

  read(): Readiness | Promise<Readiness> {
    // Not remembered: neither lasts, and both must be told at once.
    if (this.#registry.phase !== 'running') return this.#known()
    if (this.#last && this.#monotonic() - this.#last.at < holds) return this.#last.readiness
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null
    })
    return this.#asking
  }

  async #ask(): Promise<Readiness> {
    await this.#registry.refresh(({ everyMs, required }) => required && everyMs === undefined, patience)
    const readiness = this.#known()
    this.#last = { readiness, at: this.#monotonic() }
    return readiness
  }

  #known(): Readiness {
    const missing = this.#registry
      .services()
      .filter(({ required, state }) => required && !isWorking(state))
      .map(({ name }) => name)
    return { ready: this.#registry.phase === 'running' && missing.length === 0, missing }
  }
}
