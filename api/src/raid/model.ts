export type RaidLevel = 'RAID0' | 'RAID1' | 'RAID4' | 'RAID5' | 'RAID6' | 'RAID10' | 'LINEAR' | 'UNKNOWN'

type RaidState =
  | 'CLEAN'
  | 'ACTIVE'
  | 'DEGRADED'
  | 'RECOVERING'
  | 'RESYNCING'
  | 'RESHAPING'
  | 'CHECKING'
  | 'REPAIRING'
  | 'FAILED'
  | 'INACTIVE'

export type RaidMemberState = 'IN_SYNC' | 'SPARE' | 'REBUILDING' | 'FAULTY' | 'MISSING' | 'JOURNAL'

export type RaidSyncAction = 'RESYNC' | 'RECOVERY' | 'RESHAPE' | 'CHECK' | 'REPAIR'

/** A place in an array, or a device that belongs to it without one (spare, faulty, journal). */
export interface RaidMember {
  /** Kernel name, such as sda1; `missing`, mdadm's own word, where the place is empty. */
  readonly device: string
  /** The place it has in the array, from 0. */
  readonly slot: number | null
  readonly state: RaidMemberState
  /** Reads avoid it where they can. */
  readonly writeMostly: boolean
}

/** Something that goes over the whole array. Counts are bytes of each member (of the array, where md counts so: RAID10). */
export interface RaidSync {
  readonly action: RaidSyncAction
  /** It has to wait: for another array on the same disks, or for the first write. */
  readonly waiting: boolean
  readonly done: number
  /** 0 while it waits. */
  readonly total: number
  /** 0 to 100. */
  readonly percent: number
  readonly bytesPerSecond: number
  /** Null when it cannot be told, as while nothing moves. */
  readonly etaSeconds: number | null
}

export interface RaidArray {
  /** Kernel name, such as md0. */
  readonly name: string
  readonly level: RaidLevel
  readonly state: RaidState
  /** What can be stored on it, in bytes. */
  readonly size: number
  /** By slot, those without one last. */
  readonly members: readonly RaidMember[]
  readonly sync: RaidSync | null
}

/** How RAID10 lays its copies out, see md(4). */
export interface CopyLayout {
  readonly copies: number
  readonly kind: 'near' | 'far' | 'offset'
}

/** What a backend reads; everything else about an array follows from it. */
export interface ArrayFacts {
  readonly name: string
  readonly level: RaidLevel
  readonly size: number
  /** Null when the backend cannot tell, as of an array that is not started. */
  readonly slots: number | null
  readonly copyLayout: CopyLayout | null
  readonly running: boolean
  /** md itself says that data cannot be reached any more. */
  readonly broken: boolean
  /** Written to just now. */
  readonly active: boolean
  /** Devices that are there; empty places are found by the slots. */
  readonly members: readonly RaidMember[]
  readonly sync: Pick<RaidSync, 'action' | 'waiting' | 'done' | 'total' | 'bytesPerSecond'> | null
}

/** An array as people see it, out of what was read. */
export function describeArray(facts: ArrayFacts): RaidArray {
  const { name, level, size } = facts
  return { name, level, size, state: stateOf(facts), members: allMembers(facts), sync: facts.sync && describeSync(facts.sync) }
}

/** Also empty places, in order. */
function allMembers({ members, slots, running }: ArrayFacts): RaidMember[] {
  const taken = new Set(members.map(({ slot }) => slot))
  const places = running ? Array.from({ length: slots ?? 0 }, (_, slot) => slot) : []
  const empty = places
    .filter((slot) => !taken.has(slot))
    .map((slot): RaidMember => ({ device: 'missing', slot, state: 'MISSING', writeMostly: false }))
  const order = ({ slot }: RaidMember) => slot ?? Number.MAX_SAFE_INTEGER
  return [...members, ...empty].sort((a, b) => order(a) - order(b) || (a.device < b.device ? -1 : 1))
}

function describeSync(sync: NonNullable<ArrayFacts['sync']>): RaidSync {
  const { action, waiting, done, total, bytesPerSecond } = sync
  return {
    action,
    waiting,
    done,
    total,
    bytesPerSecond,
    percent: percentOf(done, total),
    etaSeconds: etaSecondsOf(done, total, bytesPerSecond),
  }
}

const STATE_OF_ACTION = {
  RECOVERY: 'RECOVERING',
  RESYNC: 'RESYNCING',
  RESHAPE: 'RESHAPING',
  CHECK: 'CHECKING',
  REPAIR: 'REPAIRING',
} as const satisfies Record<RaidSyncAction, RaidState>

/** One word for an array. What is lacking comes before what is being done, unless that is the cure and under way. */
function stateOf(facts: ArrayFacts): RaidState {
  if (!facts.running) return 'INACTIVE'
  const lost = lostSlots(facts)
  if (facts.broken || cannotServe(facts, lost)) return 'FAILED'
  const { sync } = facts
  if (lost.length > 0) {
    const cure = sync && !sync.waiting && (sync.action === 'RECOVERY' || sync.action === 'RESHAPE')
    return cure ? STATE_OF_ACTION[sync.action] : 'DEGRADED'
  }
  if (sync) return STATE_OF_ACTION[sync.action]
  return facts.active ? 'ACTIVE' : 'CLEAN'
}

/** Places whose data is not there in full: empty, faulty or still being rebuilt. */
function lostSlots({ slots, members }: ArrayFacts): number[] {
  const whole = new Set(members.filter(({ state }) => state === 'IN_SYNC').map(({ slot }) => slot))
  return Array.from({ length: slots ?? 0 }, (_, slot) => slot).filter((slot) => !whole.has(slot))
}

/** Whether so much is lost that data is gone with it: more than parity or copies make up for, see md(4). */
function cannotServe({ level, slots, copyLayout }: ArrayFacts, lost: readonly number[]): boolean {
  if (slots === null || lost.length === 0) return false
  if (level === 'RAID1') return lost.length >= slots
  if (level === 'RAID4' || level === 'RAID5') return lost.length > 1
  if (level === 'RAID6') return lost.length > 2
  if (level === 'RAID10') return allCopiesLost(slots, copyLayout ?? { copies: 2, kind: 'near' }, new Set(lost))
  return level !== 'UNKNOWN'
}

/**
 * RAID10 keeps the copies of a chunk on neighbouring slots. With `near` copies that divide the slots evenly the
 * neighbourhoods are fixed (0 and 1, 2 and 3 …); else a chunk may begin on any slot and go on at slot 0 after the last.
 */
function allCopiesLost(slots: number, { copies, kind }: CopyLayout, lost: ReadonlySet<number>): boolean {
  const step = kind === 'near' && slots % copies === 0 ? copies : 1
  for (let first = 0; first < slots; first += step) {
    const homes = Array.from({ length: copies }, (_, copy) => (first + copy) % slots)
    if (homes.every((slot) => lost.has(slot))) return true
  }
  return false
}

/** 0 to 100, two digits after the point; 0 when there is nothing to do. */
export function percentOf(done: number, total: number): number {
  if (total <= 0) return 0
  return Math.round(Math.min(1, Math.max(0, done / total)) * 10_000) / 100
}

/** What is left at the present speed, in whole seconds; null while nothing moves. */
export function etaSecondsOf(done: number, total: number, bytesPerSecond: number): number | null {
  if (bytesPerSecond <= 0 || total <= 0) return null
  return Math.round(Math.max(0, total - done) / bytesPerSecond)
}
