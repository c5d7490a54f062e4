import { degraded, failed, type HealthComponent, running, stopped } from '../health/component.ts'
import type { Schedules } from './compose.ts'

/** It looks at least once a minute: after so many milliseconds without it, nothing is started any more. */
const longestGap = 180_000

/** Puts jobs into the queue at their times. */
export function schedulesHealth({ looks, restart }: Pick<Schedules, 'looks' | 'restart'>): HealthComponent {
  return {
    name: 'schedules',
    title: 'Scheduler',
    kind: 'INTERNAL',
    dependsOn: ['database', 'jobs'],
    required: false,
    restart,
    check() {
      const { failure, msAgo, running: isRunning } = looks()
      if (!isRunning) return stopped('CLOSED', 'It was stopped with the server.')
      if (msAgo > longestGap) return failed('NO_LOOK_AT_TIMES', `It has not looked at what is due for ${Math.round(msAgo / 1_000)} s.`)
      if (failure) return degraded('TIMES_UNREADABLE', 'What is due could not be read; it is tried again.', { error: failure })
      return running()
    },
  }
}
