import { existsSync, readdirSync } from 'node:fs'
import type { Sensor } from '../../platform/sampler.ts'
import type { Readings } from '../model.ts'
import { type Counters, Rates } from '../rates.ts'
import { readKernelFile } from './kernel-file.ts'

type Kind = 'physical' | 'virtual' | 'stacked'

/**
 * Bytes per second over the network. Where there is hardware, only hardware counts: bridges, bonds, VLANs, tunnels and the
 * veth pairs of containers move their bytes over it, or inside this machine. Without any (in a container) the virtual
 * interfaces count, except loopback and those stacked on others.
 */
export class NetworkSensor implements Sensor<Readings> {
  readonly id = 'network'
  readonly #path: string
  readonly #sysNet: string
  readonly #rates = new Rates()
  #kinds = new Map<string, Kind>()

  constructor(procFolder = '/proc', sysFolder = '/sys') {
    this.#path = `${procFolder}/net/dev`
    this.#sysNet = `${sysFolder}/class/net`
  }

  isAvailable(): boolean {
    return existsSync(this.#path)
  }

  read(monotonic: number): Readings {
    const interfaces = parseNetDev(readKernelFile(this.#path))
    interfaces.delete('lo')
    const kinds = new Map<string, Kind>()
    for (const name of interfaces.keys()) kinds.set(name, this.#kinds.get(name) ?? this.#kindOf(name))
    this.#kinds = kinds
    const counted: Kind = [...kinds.values()].includes('physical') ? 'physical' : 'virtual'
    for (const name of [...interfaces.keys()]) if (kinds.get(name) !== counted) interfaces.delete(name)
    const rate = this.#rates.since(interfaces, monotonic)
    return new Map(
      rate
        ? [
            ['network.receiveBytesPerSecond', rate.inward],
            ['network.sendBytesPerSecond', rate.outward],
          ]
        : [],
    )
  }

  #kindOf(name: string): Kind {
    const folder = `${this.#sysNet}/${name}`
    if (existsSync(`${folder}/device`)) return 'physical'
    try {
      // A bridge or bond has a folder of that name; VLANs and other stacked interfaces have lower_<interface> links.
      const stacked = readdirSync(folder).some((entry) => entry === 'bridge' || entry === 'bonding' || entry.startsWith('lower_'))
      return stacked ? 'stacked' : 'virtual'
    } catch {
      return 'virtual'
    }
  }
}

/** Lines of `name: receivedBytes +7 fields sentBytes …` as bytes since boot. */
function parseNetDev(text: string): Map<string, Counters> {
  const interfaces = new Map<string, Counters>()
  for (const line of text.split('\n')) {
    const colon = line.lastIndexOf(':')
    if (colon < 0) continue
    const fields = line
      .slice(colon + 1)
      .trim()
      .split(/ +/)
    const received = Number(fields[0])
    const sent = Number(fields[8])
    if (Number.isFinite(received) && Number.isFinite(sent)) interfaces.set(line.slice(0, colon).trim(), [received, sent])
  }
  return interfaces
}
