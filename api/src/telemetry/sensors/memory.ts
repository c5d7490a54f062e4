import { existsSync } from 'node:fs'
import type { Sensor } from '../../platform/sampler.ts'
import type { Readings } from '../model.ts'
import { readKernelFile } from './kernel-file.ts'

/** Memory and swap, in bytes. Used is what programs could not get back: total without MemAvailable, so caches are free. */
export class MemorySensor implements Sensor<Readings> {
  readonly id = 'memory'
  readonly #path: string

  constructor(procFolder = '/proc') {
    this.#path = `${procFolder}/meminfo`
  }

  isAvailable(): boolean {
    return existsSync(this.#path)
  }

  read(): Readings {
    const text = readKernelFile(this.#path)
    const total = bytesOf(text, 'MemTotal')
    const swapTotal = bytesOf(text, 'SwapTotal')
    return new Map([
      ['memory.used', total - bytesOf(text, 'MemAvailable')],
      ['memory.total', total],
      ['memory.swapUsed', swapTotal - bytesOf(text, 'SwapFree')],
      ['memory.swapTotal', swapTotal],
    ])
  }
}

/** A line such as `MemTotal:       24684084 kB`; its kB are KiB (proc_meminfo(5)). */
function bytesOf(meminfo: string, name: string): number {
  const start = meminfo.indexOf(`${name}:`)
  const kibibytes = start < 0 ? Number.NaN : Number.parseInt(meminfo.slice(start + name.length + 1, start + 40), 10)
  if (!Number.isFinite(kibibytes)) throw new Error(`/proc/meminfo says no ${name}.`)
  return kibibytes * 1024
}
