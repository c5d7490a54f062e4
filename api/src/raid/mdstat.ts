import type { CopyLayout, RaidSyncAction } from './model.ts'

/** One array of /proc/mdstat, as it stands there. */
export interface MdstatArray {
  readonly name: string
  /** False for an array that is not started, and for containers of other metadata formats. */
  readonly active: boolean
  readonly broken: boolean
  /** Such as raid1; null when the array is not started. */
  readonly personality: string | null
  /** Bytes. */
  readonly size: number
  readonly devices: readonly MdstatDevice[]
  /** Places, and which of them are in sync (`U`): null where md does not say, as of raid0. */
  readonly inSync: readonly boolean[] | null
  readonly copyLayout: CopyLayout | null
  readonly sync: MdstatSync | null
  /** No array of its own but what holds arrays of another metadata format (imsm, ddf). */
  readonly isContainer: boolean
}

export interface MdstatDevice {
  readonly device: string
  /** The device's number in the array: its slot only while nothing was ever replaced. */
  readonly number: number
  readonly faulty: boolean
  readonly spare: boolean
  readonly writeMostly: boolean
  readonly journal: boolean
  readonly replacement: boolean
}

interface MdstatSync {
  /** mdstat calls a repair a resync, and does not name what is delayed: sync_action in sysfs knows better. */
  readonly action: RaidSyncAction
  readonly waiting: boolean
  /** Bytes. */
  readonly done: number
  readonly total: number
  readonly bytesPerSecond: number
}

const HEADER = /^(\S+) : (.+)$/
const DEVICE = /^(\S+?)\[(\d{1,9})\]((?:\([A-Z]\))*)$/
const ACTIONS: Readonly<Record<string, RaidSyncAction>> = {
  resync: 'RESYNC',
  recovery: 'RECOVERY',
  recover: 'RECOVERY',
  reshape: 'RESHAPE',
  check: 'CHECK',
  repair: 'REPAIR',
}

/** The text of /proc/mdstat (written by md_seq_show in the kernel's md.c). What is not understood is left out; never throws. */
export function parseMdstat(text: string): MdstatArray[] {
  const arrays: MdstatArray[] = []
  let block: string[] = []
  const end = () => {
    const array = parseArray(block)
    if (array) arrays.push(array)
    block = []
  }
  for (const line of text.split('\n')) {
    // An array begins at the margin; its other lines are indented.
    if (!/^\s/.test(line)) end()
    block.push(line)
  }
  end()
  return arrays
}

function parseArray([first = '', ...rest]: readonly string[]): MdstatArray | null {
  const [, name, words] = HEADER.exec(first) ?? []
  const [state, ...tokens] = words?.split(/\s+/) ?? []
  if (!name || (state !== 'active' && state !== 'inactive' && state !== 'broken')) return null
  const devices = tokens.map(parseDevice).filter((device) => device !== null)
  const body = rest.join('\n')
  return {
    name,
    active: state !== 'inactive',
    broken: state === 'broken',
    personality: state === 'inactive' ? null : (tokens.find((token) => /^[a-z]+\d*$/.test(token)) ?? null),
    size: bytesOf(/(\d+) blocks/.exec(body)?.[1]),
    devices,
    inSync: parsePlaces(body),
    copyLayout: parseCopies(body),
    sync: parseSync(body),
    isContainer: /super external:[^/\s]/.test(body),
  }
}

function parseDevice(token: string): MdstatDevice | null {
  const [, device, number, flags = ''] = DEVICE.exec(token) ?? []
  if (!device) return null
  return {
    device,
    number: Number(number),
    faulty: flags.includes('F'),
    spare: flags.includes('S'),
    writeMostly: flags.includes('W'),
    journal: flags.includes('J'),
    replacement: flags.includes('R'),
  }
}

/** `[3/2] [UU_]` */
function parsePlaces(body: string): boolean[] | null {
  const [, pattern] = /\[\d+\/\d+\] \[([U_]+)\]/.exec(body) ?? []
  return pattern ? [...pattern].map((place) => place === 'U') : null
}

/** `2 near-copies` */
function parseCopies(body: string): CopyLayout | null {
  const [, copies, kind] = /\b([1-9]\d?) (near|far|offset)-copies/.exec(body) ?? []
  return kind === 'near' || kind === 'far' || kind === 'offset' ? { copies: Number(copies), kind } : null
}

/** `recovery = 12.6% (37043392/292945152) finish=127.5min speed=33440K/sec`, or `resync=DELAYED`. Blocks are KiB. */
function parseSync(body: string): MdstatSync | null {
  const [, word = '', counts] =
    /\b(resync|recovery|recover|reshape|check|repair)\s*=\s*(?:(?:DELAYED|PENDING|REMOTE)|[\d.]+%\s*\((\d+\/\d+)\))/.exec(body) ?? []
  const action = ACTIONS[word]
  if (!action) return null
  const [done, total] = counts?.split('/') ?? []
  const speed = /\bspeed=(\d+)K\/sec/.exec(body)?.[1]
  return { action, waiting: counts === undefined, done: bytesOf(done), total: bytesOf(total), bytesPerSecond: bytesOf(speed) }
}

/** KiB as text in bytes; 0 for what no disk has. */
function bytesOf(kibibytes: string | undefined): number {
  const bytes = Number(kibibytes ?? 0) * 1024
  return Number.isSafeInteger(bytes) ? bytes : 0
}
