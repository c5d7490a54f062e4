import { readFile } from 'node:fs/promises'

/** What /sys/block/<array>/md adds to mdstat (Documentation/admin-guide/md.rst); null or missing where it cannot be read. */
export interface MdSysfs {
  readonly arrayState: string | null
  readonly syncAction: string | null
  readonly level: string | null
  readonly raidDisks: number | null
  readonly devices: ReadonlyMap<string, MdSysfsDevice>
}

interface MdSysfsDevice {
  readonly slot: number | null
  /** Such as in_sync, faulty, spare, write_mostly. */
  readonly words: readonly string[]
}

/** `folder` is an array's md folder. Never throws: an array may stop, or lose a device, between mdstat and here. */
export async function readMdSysfs(folder: string, devices: readonly string[]): Promise<MdSysfs> {
  const [arrayState, syncAction, level, raidDisks, known] = await Promise.all([
    read(`${folder}/array_state`),
    read(`${folder}/sync_action`),
    read(`${folder}/level`),
    read(`${folder}/raid_disks`),
    Promise.all(devices.map((device) => readDevice(folder, device))),
  ])
  return {
    arrayState,
    syncAction,
    level,
    // While an array is reshaped this reads `4 (3)`: new and old. An array that is not assembled says 0.
    raidDisks: Number.parseInt(raidDisks ?? '', 10) || null,
    devices: new Map(known.filter((entry) => entry !== null)),
  }
}

async function readDevice(folder: string, device: string): Promise<[string, MdSysfsDevice] | null> {
  const [slot, state] = await Promise.all([read(`${folder}/dev-${device}/slot`), read(`${folder}/dev-${device}/state`)])
  if (slot === null || state === null) return null
  return [device, { slot: /^\d+$/.test(slot) ? Number(slot) : null, words: state.split(',') }]
}

async function read(path: string): Promise<string | null> {
  try {
    return (await readFile(path, 'latin1')).trim()
  } catch {
    return null
  }
}
