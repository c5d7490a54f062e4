import { readFile } from 'node:fs/promises'
import { Unavailable } from '../platform/errors.ts'
import { NoArrayDriver } from './errors.ts'
import { type MdSysfs, readMdSysfs } from './md-sysfs.ts'
import { type MdstatArray, type MdstatDevice, parseMdstat } from './mdstat.ts'
import {
  type ArrayFacts,
  describeArray,
  type RaidArray,
  type RaidLevel,
  type RaidMember,
  type RaidMemberState,
  type RaidSyncAction,
} from './model.ts'
import type { RaidBackend } from './port.ts'

const POLL_MS = 1000

const LEVELS: Readonly<Record<string, RaidLevel>> = {
  raid0: 'RAID0',
  raid1: 'RAID1',
  raid4: 'RAID4',
  raid5: 'RAID5',
  raid6: 'RAID6',
  raid10: 'RAID10',
  linear: 'LINEAR',
}

/** sync_action, see Documentation/admin-guide/md.rst. `idle` and `frozen` are no action. */
const ACTIONS: Readonly<Record<string, RaidSyncAction>> = {
  resync: 'RESYNC',
  recover: 'RECOVERY',
  reshape: 'RESHAPE',
  check: 'CHECK',
  repair: 'REPAIR',
}

/** Arrays of the Linux kernel's md driver, read from /proc/mdstat and /sys/block without starting a process. */
export class MdadmBackend implements RaidBackend {
  readonly #mdstat: string
  readonly #sysBlock: string

  constructor({ procFolder = '/proc', sysFolder = '/sys' } = {}) {
    this.#mdstat = `${procFolder}/mdstat`
    this.#sysBlock = `${sysFolder}/block`
  }

  async list(): Promise<RaidArray[]> {
    const arrays = parseMdstat(await this.#readMdstat()).filter(({ isContainer }) => !isContainer)
    const described = await Promise.all(arrays.map(async (array) => describeArray(factsOf(array, await this.#readSysfs(array)))))
    return described.sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  /** mdstat answers a poll() only once for each event and not for progress, so it is read every second meanwhile. */
  watch(changed: () => void): () => void {
    const timer = setInterval(changed, POLL_MS)
    timer.unref()
    return () => clearInterval(timer)
  }

  async #readMdstat(): Promise<string> {
    try {
      return await readFile(this.#mdstat, 'latin1')
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
      if (code === 'ENOENT') throw new NoArrayDriver('This machine has no md driver: /proc/mdstat is missing.')
      throw new Unavailable(`The md driver cannot be read: /proc/mdstat, ${code}.`)
    }
  }

  #readSysfs({ name, devices }: MdstatArray): Promise<MdSysfs> {
    return readMdSysfs(
      `${this.#sysBlock}/${name}/md`,
      devices.map(({ device }) => device),
    )
  }
}

/** Together what mdstat and sysfs say. sysfs knows more; where it says nothing (older kernels, a race) mdstat alone must do. */
function factsOf(array: MdstatArray, sysfs: MdSysfs): ArrayFacts {
  const action = ACTIONS[sysfs.syncAction ?? '']
  return {
    name: array.name,
    level: LEVELS[array.personality ?? sysfs.level ?? ''] ?? 'UNKNOWN',
    size: array.size,
    slots: array.inSync?.length ?? sysfs.raidDisks,
    copyLayout: array.copyLayout,
    running: array.active,
    broken: array.broken || sysfs.arrayState === 'broken',
    active: sysfs.arrayState === 'active' || sysfs.arrayState === 'write-pending' || sysfs.arrayState === 'active-idle',
    members: membersOf(array, sysfs),
    sync: array.sync && { ...array.sync, action: action ?? array.sync.action },
  }
}

function membersOf(array: MdstatArray, sysfs: MdSysfs): RaidMember[] {
  const guessed = guessSlots(array)
  return array.devices.map((listed) => {
    const known = sysfs.devices.get(listed.device)
    const slot = known ? known.slot : (guessed.get(listed.device)?.slot ?? null)
    const state = known ? stateFromSysfs(known, listed) : (guessed.get(listed.device)?.state ?? plainState(listed) ?? 'SPARE')
    const placed = state === 'IN_SYNC' || state === 'REBUILDING'
    return { device: listed.device, slot: placed ? slot : null, state, writeMostly: listed.writeMostly }
  })
}

/** A device's `state` in sysfs is a list of words; one that is rebuilding still says `spare`, but has a slot. */
function stateFromSysfs({ words, slot }: { words: readonly string[]; slot: number | null }, listed: MdstatDevice): RaidMemberState {
  if (words.includes('faulty')) return 'FAULTY'
  if (words.includes('journal')) return 'JOURNAL'
  if (words.includes('in_sync')) return 'IN_SYNC'
  if (slot !== null) return 'REBUILDING'
  return plainState(listed) ?? 'SPARE'
}

function plainState({ faulty, spare, journal, replacement }: MdstatDevice): RaidMemberState | null {
  if (faulty) return 'FAULTY'
  if (spare) return 'SPARE'
  if (journal) return 'JOURNAL'
  return replacement ? 'REBUILDING' : null
}

/**
 * Slots by mdstat alone. A device whose number is a slot in sync stands there; the others (replaced once, so that their
 * numbers went on) take what is left in order: first places in sync, then those being rebuilt.
 */
function guessSlots({ devices, inSync }: MdstatArray): Map<string, { slot: number; state: RaidMemberState }> {
  const guessed = new Map<string, { slot: number; state: RaidMemberState }>()
  const placed = devices.filter((device) => plainState(device) === null).sort((a, b) => a.number - b.number)
  if (!inSync) {
    for (const { device, number } of placed) guessed.set(device, { slot: number, state: 'IN_SYNC' })
    return guessed
  }
  const settled = placed.filter(({ number }) => inSync[number])
  for (const { device, number } of settled) guessed.set(device, { slot: number, state: 'IN_SYNC' })
  const taken = new Set(settled.map(({ number }) => number))
  const free = inSync.map((_, slot) => slot).filter((slot) => !taken.has(slot))
  const left = [...free.filter((slot) => inSync[slot]), ...free.filter((slot) => !inSync[slot])]
  for (const { device } of placed.filter(({ device }) => !guessed.has(device))) {
    const slot = left.shift()
    if (slot !== undefined) guessed.set(device, { slot, state: inSync[slot] ? 'IN_SYNC' : 'REBUILDING' })
  }
  return guessed
}
