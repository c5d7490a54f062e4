import { existsSync } from 'node:fs'
import type { Sensor } from '../../platform/sampler.ts'
import { coreMetric, type Readings } from '../model.ts'
import { readKernelFile } from './kernel-file.ts'

interface Ticks {
  readonly idle: number
  readonly total: number
}

/** How busy the processors were since the last reading: all together and each core, 0 to 100. */
export class CpuSensor implements Sensor<Readings> {
  readonly id = 'cpu'
  readonly #path: string
  #before: ReadonlyMap<string, Ticks> = new Map()

  constructor(procFolder = '/proc') {
    this.#path = `${procFolder}/stat`
  }

  isAvailable(): boolean {
    return existsSync(this.#path)
  }

  read(): Readings {
    const now = parseTicks(readKernelFile(this.#path))
    const before = this.#before
    this.#before = now
    const readings = new Map<string, number>()
    for (const [name, ticks] of now) {
      const then = before.get(name)
      const percent = then ? busyPercent(then, ticks) : null
      if (percent === null) continue
      readings.set(name === 'cpu' ? 'cpu.percent' : coreMetric(Number(name.slice(3))), percent)
    }
    return readings
  }
}

/**
 * The cpu lines of /proc/stat: user nice system idle iowait irq softirq steal (guest time is inside user already, see
 * proc_stat(5)), in ticks since boot.
 */
export function parseTicks(stat: string): Map<string, Ticks> {
  const all = new Map<string, Ticks>()
  let start = 0
  while (stat.startsWith('cpu', start)) {
    let end = stat.indexOf('\n', start)
    if (end < 0) end = stat.length
    const [name = '', ...fields] = stat.slice(start, end).split(/ +/)
    let total = 0
    for (const field of fields.slice(0, 8)) total += Number(field)
    const idle = Number(fields[3]) + Number(fields[4] ?? 0)
    if (Number.isFinite(total) && Number.isFinite(idle)) all.set(name, { idle, total })
    start = end + 1
  }
  return all
}

/** Null when no tick has passed or the counters were reset. iowait may run backwards (proc_stat(5)), hence the bounds. */
export function busyPercent(before: Ticks, now: Ticks): number | null {
  const total = now.total - before.total
  if (total <= 0) return null
  const busy = total - (now.idle - before.idle)
  return Math.round(Math.min(100, Math.max(0, (busy / total) * 100)) * 100) / 100
}
