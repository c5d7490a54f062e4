import { degraded, failed, type HealthComponent, running, stopped } from '../health/component.ts'
import type { Jobs } from './compose.ts'

/** It looks at least once a minute: after so many milliseconds without it, it does not work. */
const longestGap = 180_000

/** Runs what stands in the queue. */
export function jobsHealth({ runner, restart }: Pick<Jobs, 'runner' | 'restart'>): HealthComponent {
  return {
    name: 'jobs',
    title: 'Jobs runner',
    kind: 'INTERNAL',
    dependsOn: ['database'],
    required: false,
    restart,
    check() {
      const { accepting, done, failure, lookedMsAgo, running: now } = runner.work
      const more = { counters: { runs: done }, details: [{ name: 'runningJobs', value: now, unit: 'COUNT' as const }] }
      if (!accepting) return stopped('CLOSED', 'It was stopped with the server.', more)
      if (lookedMsAgo > longestGap)
        return failed('NO_LOOK_AT_QUEUE', `It has not looked at the queue for ${Math.round(lookedMsAgo / 1_000)} s.`, more)
      if (failure) return degraded('QUEUE_UNREADABLE', 'The queue could not be read; it is tried again.', { ...more, error: failure })
      return running(more)
    },
  }
}
