import { disabled, type HealthComponent, running } from '../health/component.ts'
import type { Detail } from '../health/model.ts'
import { NoArrayDriver } from './errors.ts'
import type { RaidBackend } from './port.ts'

/** Where arrays are read. How the arrays themselves are, their own page says: a degraded one is no fault of this. */
export function raidHealth(backend: RaidBackend, { simulated }: { simulated: boolean }): HealthComponent {
  return {
    name: 'raid',
    title: 'Array driver',
    kind: 'EXTERNAL',
    required: false,
    notRestartable: 'It is a part of the kernel, and read anew each time.',
    async check() {
      try {
        const arrays = await backend.list()
        const troubled = arrays.filter(({ state }) => state === 'DEGRADED' || state === 'FAILED' || state === 'INACTIVE')
        const details: Detail[] = [
          { name: 'arrays', value: arrays.length, unit: 'COUNT' },
          { name: 'troubledArrays', value: troubled.length, unit: 'COUNT' },
          { name: 'simulated', value: simulated },
        ]
        return running({ details })
      } catch (error) {
        if (error instanceof NoArrayDriver) return disabled('NO_ARRAY_DRIVER', error.message)
        throw error
      }
    },
  }
}
