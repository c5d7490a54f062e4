import type { Sensor } from '../../platform/sampler.ts'
import type { Readings } from '../model.ts'
import { CpuSensor } from './cpu.ts'
import { DiskSensor } from './disks.ts'
import { LoadSensor } from './load.ts'
import { MemorySensor } from './memory.ts'
import { NetworkSensor } from './network.ts'

/** All sensors of the machine that this process runs on: real also where disks and arrays are simulated. */
export function machineSensors(): Sensor<Readings>[] {
  return [new CpuSensor(), new LoadSensor(), new MemorySensor(), new DiskSensor(), new NetworkSensor()]
}
