import type { RaidMemberState, RaidState } from '../../graphql/generated/graphql'
import type { Tone } from '../../ui/pill'

/** How worried one should be; the word beside it says what it is. */
export const toneOfArray: Readonly<Record<RaidState, Tone>> = {
  CLEAN: 'good',
  ACTIVE: 'good',
  CHECKING: 'info',
  RESYNCING: 'info',
  RESHAPING: 'info',
  REPAIRING: 'info',
  RECOVERING: 'warn',
  DEGRADED: 'warn',
  FAILED: 'bad',
  INACTIVE: 'neutral',
}

export const toneOfMember: Readonly<Record<RaidMemberState, Tone>> = {
  IN_SYNC: 'good',
  SPARE: 'neutral',
  REBUILDING: 'info',
  FAULTY: 'bad',
  MISSING: 'bad',
  JOURNAL: 'neutral',
}
