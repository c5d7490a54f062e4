import { failed, type HealthComponent, running } from '../health/component.ts'
import type { Detail } from '../health/model.ts'
import type { Revocations } from './revocations.ts'

/** It looks a few times a second: after so many milliseconds, what others ended stays open here. */
const longestGap = 5_000

/** Closes what belongs to sessions that ended elsewhere. */
export function revocationsHealth(revocations: Pick<Revocations, 'looking'>): HealthComponent {
  return {
    name: 'revocations',
    title: 'Ended sessions',
    kind: 'INTERNAL',
    dependsOn: ['database'],
    required: false,
    notRestartable: 'It looks again by itself, a few times a second.',
    check() {
      const { age, failure, watched } = revocations.looking
      const details: Detail[] = [{ name: 'watchedSessions', value: watched, unit: 'COUNT' }]
      if (failure) return failed('LOOK_FAILED', 'Sessions that ended elsewhere cannot be looked for.', { details, error: failure })
      if (age !== null && age > longestGap) return failed('NO_LOOK', `Not looked for ${Math.round(age / 1000)} s.`, { details })
      return running({ details })
    },
  }
}
