import { degraded, failed, type HealthComponent, running, stopped } from '../health/component.ts'
import type { Detail } from '../health/model.ts'
import type { TelemetryService } from './service.ts'

/** There is a sample each second: after so many milliseconds without one, sampling does not work. */
const longestGap = 5_000

/** Reads the machine each second. */
export function telemetryHealth(telemetry: Pick<TelemetryService, 'sampling' | 'start' | 'stop'>): HealthComponent {
  return {
    name: 'telemetry',
    title: 'Telemetry sampler',
    kind: 'INTERNAL',
    required: false,
    async restart() {
      telemetry.stop()
      telemetry.start()
    },
    check() {
      const { absent, age, failing, isRunning, lastAt, samples } = telemetry.sampling
      const details: Detail[] = []
      if (lastAt) details.push({ name: 'lastSample', value: lastAt })
      if (failing.size > 0) details.push({ name: 'failingSensors', value: [...failing.keys()].join(', ') })
      if (absent.length > 0) details.push({ name: 'absentSensors', value: absent.join(', ') })
      const more = { counters: { samples }, details }
      if (!isRunning) return stopped('NOT_SAMPLING', 'Sampling was stopped.', more)
      if (age > longestGap) return failed('NO_SAMPLES', `No sample for ${Math.round(age / 1000)} s.`, more)
      const [first] = failing
      if (!first) return running(more)
      const names = [...failing.keys()].join(', ')
      return degraded('SENSORS_FAILING', `These sensors cannot be read: ${names}.`, { ...more, error: first[1] })
    },
  }
}
