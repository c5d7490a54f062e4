import { loadavg } from 'node:os'
import type { Sensor } from '../../platform/sampler.ts'
import type { Readings } from '../model.ts'

/** Processes that run or wait, averaged over a minute: one system call. */
export class LoadSensor implements Sensor<Readings> {
  readonly id = 'load'

  isAvailable(): boolean {
    // Windows has no load average; Node answers zeros there.
    return process.platform !== 'win32'
  }

  read(): Readings {
    const [oneMinute = 0] = loadavg()
    return new Map([['load.1m', Math.round(oneMinute * 100) / 100]])
  }
}
