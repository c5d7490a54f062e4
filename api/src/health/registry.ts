import { setImmediate as breathe } from 'node:timers/promises'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import { Unavailable } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import type { HealthComponent } from './component.ts'
import { ServiceNotFound, ServiceNotRestartable } from './errors.ts'
import type { Masking } from './masking.ts'
import { isWorking, type Reason, type Service, type ServiceState, servicesChanged } from './model.ts'
import { Watched } from './watched.ts'

export interface HealthRegistryDeps {
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Pick<Log, 'info' | 'warn'>
  readonly masking: Masking
  readonly times?: Partial<HealthTimes>
}

/** In milliseconds. */
export interface HealthTimes {
  /** Between two rounds while somebody watches, and while nobody does. */
  readonly watched: number
  readonly quiet: number
  /** How long a check may take. */
  readonly timeout: number
  readonly restart: number
}

const presetTimes: HealthTimes = { watched: 3_000, quiet: 60_000, timeout: 5_000, restart: 20_000 }
/** A component that changes all the time fills no log: one line in so many milliseconds. */
const restBetweenLines = 10_000

/** Everything that says how it is. What one of them does, throw, hang or flap, concerns no other. */
export class HealthRegistry {
  readonly #deps: HealthRegistryDeps
  readonly #times: HealthTimes
  readonly #watched = new Map<string, Watched>()
  readonly #published = new Map<string, string>()
  readonly #logged = new Map<string, { at: number; left: number }>()
  readonly #troubledByBlocking = new Set<string>()
  #phase: 'starting' | 'running' | 'stopping' = 'starting'
  #readers = false
  #timer: NodeJS.Timeout | undefined
  #round: Promise<void> | null = null
  #stopDemand: () => void = () => {}

  constructor(deps: HealthRegistryDeps) {
    this.#deps = deps
    this.#times = { ...presetTimes, ...deps.times }
  }

  get phase(): 'starting' | 'running' | 'stopping' {
    return this.#phase
  }

  /** Takes a component in, from its next round on; throws when there is one of that name. Returns how to take it out. */
  register(component: HealthComponent): () => void {
    const { name } = component
    if (this.#watched.has(name)) throw new Error(`Two components are called ${name}.`)
    const { clock, log, masking } = this.#deps
    const watched = new Watched(component, {
      now: () => clock.now(),
      masking,
      timeoutMs: this.#times.timeout,
      changed: (one) => this.#changed(one),
      blocked: (one, milliseconds) => {
        if (this.#troubledByBlocking.has(one.component.name)) return
        this.#troubledByBlocking.add(one.component.name)
        log.warn({ service: one.component.name, milliseconds: Math.round(milliseconds) }, 'the check of a service blocked the process')
      },
    })
    this.#watched.set(name, watched)
    // Others may have been waiting for one of this name.
    if (this.#phase === 'running') void watched.check(clock.monotonic())
    return () => {
      watched.close()
      this.#watched.delete(name)
      this.#published.delete(name)
    }
  }

  /** Looks at everything once, then again and again. Resolves after the first round. */
  async start(): Promise<void> {
    this.#stopDemand = this.#deps.bus.onDemand(servicesChanged, {
      wanted: () => {
        this.#readers = true
        this.#arm(0)
      },
      unwanted: () => {
        this.#readers = false
        this.#arm()
      },
    })
    await this.#look()
    if (this.#phase === 'starting') this.#phase = 'running'
    this.#arm()
  }

  /** From now on nothing is ready. Nothing is asked any more. */
  stop(): void {
    this.#phase = 'stopping'
    this.#stopDemand()
    clearTimeout(this.#timer)
    for (const watched of this.#watched.values()) watched.close()
  }

  /** As they were registered. */
  services(): Service[] {
    return [...this.#watched.values()].map((watched) => this.#describe(watched))
  }

  find(name: string): Service | null {
    const watched = this.#watched.get(name)
    return watched ? this.#describe(watched) : null
  }

  /** Asks those that `wanted` names anew; waits no longer than that, and answers nothing: what is known is told by `services`. */
  async refresh(wanted: (component: HealthComponent) => boolean, withinMs: number): Promise<void> {
    const now = this.#deps.clock.monotonic()
    const asked = [...this.#watched.values()].filter(({ component }) => wanted(component)).map((watched) => this.#check(watched, now))
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, withinMs)
    })
    await Promise.race([Promise.all(asked), late])
    clearTimeout(timer)
  }

  /** Throws SERVICE_NOT_FOUND, SERVICE_NOT_RESTARTABLE, or UNAVAILABLE with what it failed with. */
  async restart(name: string): Promise<Service> {
    const watched = this.#watched.get(name)
    if (!watched) throw new ServiceNotFound(name)
    const { component } = watched
    const begin = component.restart?.bind(component)
    if (!begin) throw new ServiceNotRestartable(whyNot(component))
    const done = watched.restart(begin, this.#times.restart)
    this.#changed(watched)
    try {
      await done
    } catch (error) {
      this.#changed(watched)
      throw new Unavailable(`It could not be restarted: ${this.#deps.masking.textOf(error)}`, 'name')
    }
    await watched.check(this.#deps.clock.monotonic())
    this.#changed(watched)
    return this.#describe(watched)
  }

  #arm(within = this.#readers ? this.#times.watched : this.#times.quiet): void {
    clearTimeout(this.#timer)
    if (this.#phase === 'stopping') return
    this.#timer = setTimeout(() => {
      void this.#look().finally(() => this.#arm())
    }, within).unref()
  }

  /** One round at a time. */
  #look(): Promise<void> {
    this.#round ??= this.#lookAtAll().finally(() => {
      this.#round = null
    })
    return this.#round
  }

  async #lookAtAll(): Promise<void> {
    const asked: Promise<void>[] = []
    for (const watched of [...this.#watched.values()]) {
      const now = this.#deps.clock.monotonic()
      if (!watched.isDue(now)) continue
      asked.push(this.#check(watched, now))
      // Together they may take longer than anybody should wait for this process.
      await breathe()
    }
    await Promise.all(asked)
  }

  /** What depends on something that hangs would hang with it, and hold another thread of the few that wait for disks. */
  async #check(watched: Watched, now: number): Promise<void> {
    const hanging = watched.component.dependsOn?.some((name) => this.#watched.get(name)?.hangs)
    if (!hanging) await watched.check(now)
  }

  /** Tells those who watch, of the component and of all that need it. */
  #changed(changed: Watched): void {
    if (this.#phase === 'stopping') return
    const fresh = new Map<string, Service>()
    const { name } = changed.component
    for (const watched of this.#watched.values()) {
      if (watched !== changed && !watched.component.dependsOn?.includes(name)) continue
      const before = watched.shown?.state
      const service = this.#describe(watched)
      if (before !== service.state && before !== undefined) this.#tellLog(service, before)
      const { checkedAt: _moment, ...rest } = service
      const text = JSON.stringify(rest)
      if (text === this.#published.get(service.name)) continue
      this.#published.set(service.name, text)
      fresh.set(service.name, service)
    }
    if (fresh.size > 0) this.#deps.bus.publish(servicesChanged, '', fresh)
  }

  #tellLog({ lastError, name, reason, state }: Service, before: ServiceState): void {
    // The first look at everything is no news unless something is wrong.
    if (this.#phase === 'starting' && state !== 'FAILED') return
    const { clock, log } = this.#deps
    const now = clock.monotonic()
    const known = this.#logged.get(name)
    if (known && now - known.at < restBetweenLines) {
      known.left += 1
      return
    }
    this.#logged.set(name, { at: now, left: 0 })
    const facts = { service: name, state, before, reason: reason?.code, error: lastError?.message, left: known?.left || undefined }
    if (state === 'FAILED' || state === 'DEGRADED') log.warn(facts, 'a service does not work as it should')
    else log.info(facts, 'a service changed its state')
  }

  #describe(watched: Watched): Service {
    const { component } = watched
    const own = watched.own()
    const now = this.#deps.clock.now()
    const dependsOn = component.dependsOn?.filter((name) => this.#watched.has(name)) ?? []
    const failedDependencies = dependsOn.filter((name) => {
      const { state } = this.#watched.get(name)?.own() ?? { state: 'RUNNING' }
      return state === 'FAILED' || state === 'STOPPED'
    })
    const { reason, state } = withDependencies(own, failedDependencies)
    return {
      ...own,
      name: component.name,
      title: component.title,
      kind: component.kind,
      state,
      reason,
      since: watched.show(state, now),
      dependsOn,
      neededBy: [...this.#watched.values()]
        .filter(({ component: other }) => other.dependsOn?.includes(component.name))
        .map(({ component: other }) => other.name),
      failedDependencies,
      required: component.required,
      restartable: component.restart !== undefined,
      notRestartableBecause: component.restart ? null : whyNot(component),
      changesLastHour: watched.changesSince(now),
    }
  }
}

/** What works only because it has not noticed yet says whom it misses. */
function withDependencies(
  own: { readonly state: ServiceState; readonly reason: Reason | null },
  missing: readonly string[],
): { readonly state: ServiceState; readonly reason: Reason | null } {
  if (missing.length === 0 || !isWorking(own.state)) return own
  const reason = own.reason ?? { code: 'DEPENDENCY_FAILED', message: `It needs ${missing.join(', ')}, which does not work.` }
  return { state: 'DEGRADED', reason }
}

function whyNot({ notRestartable, title }: HealthComponent): string {
  return notRestartable ?? `${title} cannot be restarted without the whole server.`
}
