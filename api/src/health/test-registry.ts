import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import type { HealthComponent } from './component.ts'
import { Masking } from './masking.ts'
import { HealthRegistry, type HealthTimes } from './registry.ts'

interface Line {
  readonly facts: Record<string, unknown>
  readonly words: string
}

/** A registry with times that a test can wait for, and what it logs. */
export function createTestRegistry(
  components: readonly HealthComponent[],
  { times = {}, secrets = [] }: { times?: Partial<HealthTimes>; secrets?: readonly string[] } = {},
) {
  const bus = new Bus()
  const lines: Line[] = []
  const note = (facts: unknown, words?: string) => void lines.push({ facts: facts as Record<string, unknown>, words: words ?? '' })
  const registry = new HealthRegistry({
    bus,
    clock: systemClock,
    log: { info: note, warn: note } as never,
    masking: new Masking(secrets),
    times: { watched: 20, quiet: 60_000, timeout: 80, restart: 200, ...times },
  })
  for (const component of components) registry.register(component)
  return { bus, lines, registry }
}

export function component(name: string, more: Partial<HealthComponent> = {}): HealthComponent {
  return { name, title: name, kind: 'INTERNAL', required: false, ...more }
}
