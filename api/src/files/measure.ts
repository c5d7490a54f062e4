import { Problem } from '../platform/errors.ts'
import type { Jail } from './jail.ts'
import { kindOf } from './open-folder.ts'
import { nameFault } from './path.ts'

/** What a folder holds, as counted on the disk. */
export interface FolderMeasure {
  readonly files: number
  readonly folders: number
  readonly bytes: number
  /** False when counting took too long: then it is at least this much. */
  readonly isComplete: boolean
}

/** Counts what is below a folder on the disk, until it is told to stop. */
export async function measureBelow(jail: Jail, segments: readonly string[], isStopped: () => boolean): Promise<FolderMeasure> {
  const total = { files: 0, folders: 0, bytes: 0 }
  const open = [segments]
  for (let next = open.pop(); next; next = open.pop()) {
    if (isStopped()) return { ...total, isComplete: false }
    try {
      await count(jail, next, total, open)
    } catch (error) {
      // Gone meanwhile, or not to be read: the rest can still be counted.
      if (!(error instanceof Problem)) throw error
    }
  }
  return { ...total, isComplete: true }
}

async function count(
  jail: Jail,
  segments: readonly string[],
  total: { files: number; folders: number; bytes: number },
  open: (readonly string[])[],
): Promise<void> {
  await using folder = await jail.walk(segments)
  for await (const batch of folder.names()) {
    const names = batch.map(({ raw }) => raw.toString())
    for (const [index, stat] of (await folder.lookAll(names)).entries()) {
      const name = names[index]
      const kind = stat ? kindOf(stat) : null
      if (kind === 'file') {
        total.files += 1
        total.bytes += Number(stat?.size ?? 0n)
      } else if (kind === 'folder' && name && !nameFault(name)) {
        total.folders += 1
        open.push([...segments, name])
      }
    }
  }
}
