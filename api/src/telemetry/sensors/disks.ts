import { existsSync } from 'node:fs'
import type { Sensor } from '../../platform/sampler.ts'
import type { Readings } from '../model.ts'
import { type Counters, Rates } from '../rates.ts'
import { readKernelFile } from './kernel-file.ts'

// The unit of /proc/diskstats, whatever the disk's own sectors are (Documentation/admin-guide/iostats.rst).
const SECTOR_BYTES = 512

/**
 * Bytes per second that physical disks read and wrote. Partitions, loop, ram, device-mapper and md are left out: what
 * they move, the disks below them move too.
 */
export class DiskSensor implements Sensor<Readings> {
  readonly id = 'disks'
  readonly #path: string
  readonly #sysBlock: string
  readonly #rates = new Rates()
  /** Whether a name is a whole physical device: asked once for as long as the name is there. */
  #physical = new Map<string, boolean>()

  constructor(procFolder = '/proc', sysFolder = '/sys') {
    this.#path = `${procFolder}/diskstats`
    this.#sysBlock = `${sysFolder}/block`
  }

  isAvailable(): boolean {
    return existsSync(this.#path)
  }

  read(monotonic: number): Readings {
    const counters = new Map<string, Counters>()
    const known = new Map<string, boolean>()
    for (const [name, device] of parseDiskstats(readKernelFile(this.#path))) {
      // Only devices with hardware behind them have a `device` link, and partitions are not listed under /sys/block.
      const physical = this.#physical.get(name) ?? existsSync(`${this.#sysBlock}/${name}/device`)
      known.set(name, physical)
      if (physical) counters.set(name, device)
    }
    this.#physical = known
    const rate = this.#rates.since(counters, monotonic)
    return new Map(
      rate
        ? [
            ['disk.readBytesPerSecond', rate.inward],
            ['disk.writeBytesPerSecond', rate.outward],
          ]
        : [],
    )
  }
}

/** Lines of `major minor name reads merged sectorsRead ms writes merged sectorsWritten …` as bytes since boot. */
function parseDiskstats(text: string): Map<string, Counters> {
  const devices = new Map<string, Counters>()
  for (const line of text.split('\n')) {
    const fields = line.trim().split(/ +/)
    const name = fields[2]
    const read = Number(fields[5])
    const written = Number(fields[9])
    if (name && Number.isFinite(read) && Number.isFinite(written)) devices.set(name, [read * SECTOR_BYTES, written * SECTOR_BYTES])
  }
  return devices
}
