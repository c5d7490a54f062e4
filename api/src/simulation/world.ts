import type { Clock } from '../platform/clock.ts'
import { randomAt } from './random.ts'

export interface WorldDisk {
  /** Kernel name. */
  readonly name: string
  /** Bytes. */
  readonly size: number
}

export interface WorldMember {
  readonly disk: string
  /** Null when the disk has no place in the array: faulty, or left over from a rebuild that could not go on. */
  slot: number | null
  state: 'inSync' | 'rebuilding' | 'faulty' | 'spare'
}

export interface WorldSync {
  readonly action: 'check' | 'recovery'
  /** Bytes of each member. */
  done: number
  readonly total: number
  bytesPerSecond: number
}

/** A mirror, as md would keep it. */
export interface WorldArray {
  readonly name: string
  readonly slots: number
  /** Bytes. */
  readonly size: number
  members: WorldMember[]
  sync: WorldSync | null
}

const DISK_BYTES = 5_000_000_000
/** md keeps its superblock and bitmap before the data (4 MiB here) and rounds to 64 KiB. */
const ARRAY_BYTES = Math.floor((DISK_BYTES - 4 * 2 ** 20) / 2 ** 16) * 2 ** 16
/** A whole check takes three minutes: long enough to watch, short enough to see the end of. */
const SYNC_BYTES_PER_SECOND = ARRAY_BYTES / 180
const STEP_MS = 250

/**
 * One pretend machine, shared by all simulated backends so that they agree: two 5 GB disks mirrored as md0 and two more
 * that are free. Everything follows from the seed, the clock and what was done to it: how often it is looked at changes nothing.
 */
export class World {
  readonly #clock: Clock
  readonly #seed: number
  readonly #bays = new Map<string, { readonly disk: WorldDisk; present: boolean }>()
  readonly #arrays: WorldArray[]
  readonly #listeners = new Set<() => void>()
  readonly #startedAt: number
  #step = 0

  constructor({ clock, seed = 1 }: { clock: Clock; seed?: number }) {
    this.#clock = clock
    this.#seed = seed
    this.#startedAt = clock.monotonic()
    for (const name of ['sda', 'sdb', 'sdc', 'sdd']) this.#bays.set(name, { disk: { name, size: DISK_BYTES }, present: true })
    const members = ['sda', 'sdb'].map((disk, slot): WorldMember => ({ disk, slot, state: 'inSync' }))
    this.#arrays = [{ name: 'md0', slots: 2, size: ARRAY_BYTES, members, sync: null }]
  }

  /** Disks that are plugged in now. */
  disks(): WorldDisk[] {
    return [...this.#bays.values()].filter(({ present }) => present).map(({ disk }) => disk)
  }

  /** Arrays as they are now; the caller's own copies. */
  arrays(): WorldArray[] {
    this.#pass()
    return structuredClone(this.#arrays)
  }

  /** Told after everything that is done to the machine. Progress alone is not told: it goes on all the time. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  pullDisk(name: string): void {
    this.#pass()
    this.#bay(name, true).present = false
    for (const array of this.#arrays) {
      array.members = array.members.filter(({ disk }) => disk !== name)
      stopHopelessSync(array)
    }
    this.#changed()
  }

  /** The disk is back, but in no array: md takes nobody in again unasked. */
  insertDisk(name: string): void {
    this.#pass()
    this.#bay(name, false).present = true
    this.#changed()
  }

  failMember(arrayName: string, disk: string): void {
    this.#pass()
    const array = this.#array(arrayName)
    const member = array.members.find((candidate) => candidate.disk === disk)
    if (!member) throw new Error(`${disk} is no member of ${arrayName}.`)
    member.state = 'faulty'
    member.slot = null
    stopHopelessSync(array)
    this.#changed()
  }

  /** Adds a free disk; where a slot is empty its rebuild begins. */
  addMember(arrayName: string, disk: string): void {
    this.#pass()
    const array = this.#array(arrayName)
    this.#bay(disk, true)
    if (this.#arrays.some(({ members }) => members.some((member) => member.disk === disk))) throw new Error(`${disk} is in use.`)
    const slot = emptySlots(array)[0]
    const rebuilds = slot !== undefined && array.members.some(({ state }) => state === 'inSync')
    array.members.push(rebuilds ? { disk, slot, state: 'rebuilding' } : { disk, slot: null, state: 'spare' })
    // A check gives way to a recovery, as in md.
    if (rebuilds) this.#startSync(array, 'recovery')
    this.#changed()
  }

  /** Compares the copies, as a scrub does. Only an array that is whole and idle can be checked. */
  startCheck(arrayName: string): void {
    this.#pass()
    const array = this.#array(arrayName)
    if (array.sync || emptySlots(array).length > 0) throw new Error(`${arrayName} cannot be checked now.`)
    this.#startSync(array, 'check')
    this.#changed()
  }

  #startSync(array: WorldArray, action: WorldSync['action']): void {
    array.sync = { action, done: 0, total: array.size, bytesPerSecond: this.#speed() }
  }

  /** Lets the time pass that passed on the clock, in steps of its own: the same steps however often this is called. */
  #pass(): void {
    const due = Math.floor((this.#clock.monotonic() - this.#startedAt) / STEP_MS)
    // A machine that does nothing has nothing to catch up with.
    if (this.#arrays.every(({ sync }) => !sync)) this.#step = due
    for (; this.#step < due; this.#step += 1) for (const array of this.#arrays) this.#advance(array)
  }

  #advance(array: WorldArray): void {
    const { sync } = array
    if (!sync) return
    sync.bytesPerSecond = this.#speed()
    sync.done = Math.min(sync.total, sync.done + Math.round((sync.bytesPerSecond * STEP_MS) / 1000))
    if (sync.done < sync.total) return
    array.sync = null
    for (const member of array.members) if (member.state === 'rebuilding') member.state = 'inSync'
  }

  /** Varies by a tenth to either side, anew each second. */
  #speed(): number {
    const second = Math.floor((this.#step * STEP_MS) / 1000)
    return Math.round(SYNC_BYTES_PER_SECOND * (0.9 + 0.2 * randomAt(this.#seed, second)))
  }

  #bay(name: string, present: boolean) {
    const bay = this.#bays.get(name)
    if (bay?.present !== present) throw new Error(`There is no disk ${name} ${present ? 'here' : 'to insert'}.`)
    return bay
  }

  #array(name: string): WorldArray {
    const array = this.#arrays.find((candidate) => candidate.name === name)
    if (!array) throw new Error(`There is no array ${name}.`)
    return array
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}

function emptySlots(array: WorldArray): number[] {
  const taken = new Set(array.members.map(({ slot }) => slot))
  return Array.from({ length: array.slots }, (_, slot) => slot).filter((slot) => !taken.has(slot))
}

/** A sync ends when a disk it reads or writes is gone; a half rebuilt member without a source is a spare again. */
function stopHopelessSync(array: WorldArray): void {
  const source = array.members.some(({ state }) => state === 'inSync')
  const target = array.members.some(({ state }) => state === 'rebuilding')
  const goesOn = array.sync?.action === 'recovery' ? source && target : emptySlots(array).length === 0
  if (goesOn) return
  array.sync = null
  for (const member of array.members) {
    if (member.state !== 'rebuilding') continue
    member.state = 'spare'
    member.slot = null
  }
}
