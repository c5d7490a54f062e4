import type { World, WorldArray, WorldMember } from '../simulation/world.ts'
import { describeArray, type RaidArray, type RaidMember, type RaidMemberState } from './model.ts'
import type { RaidBackend } from './port.ts'

const PROGRESS_MS = 1000

const STATES = {
  inSync: 'IN_SYNC',
  rebuilding: 'REBUILDING',
  faulty: 'FAULTY',
  spare: 'SPARE',
} as const satisfies Record<WorldMember['state'], RaidMemberState>

/** The arrays of the pretend machine. */
export class SimulatedRaid implements RaidBackend {
  readonly #world: World

  constructor(world: World) {
    this.#world = world
  }

  async list(): Promise<RaidArray[]> {
    return this.#world.arrays().map(toArray)
  }

  /** At once for what is done to the machine, each second for what advances by itself. */
  watch(changed: () => void): () => void {
    const stop = this.#world.onChange(changed)
    const timer = setInterval(changed, PROGRESS_MS)
    timer.unref()
    return () => {
      stop()
      clearInterval(timer)
    }
  }
}

function toArray({ name, size, slots, members, sync }: WorldArray): RaidArray {
  return describeArray({
    name,
    level: 'RAID1',
    size,
    slots,
    copyLayout: null,
    running: true,
    broken: false,
    active: false,
    members: members.map(toMember),
    sync: sync && {
      action: sync.action === 'check' ? 'CHECK' : 'RECOVERY',
      waiting: false,
      done: sync.done,
      total: sync.total,
      bytesPerSecond: sync.bytesPerSecond,
    },
  })
}

function toMember({ disk, slot, state }: WorldMember): RaidMember {
  return { device: disk, slot, state: STATES[state], writeMostly: false }
}
