import { createId } from '../platform/identifier.ts'
import { FileNotFound, NotAFile } from './errors.ts'
import type { OpenFolder, RawName } from './open-folder.ts'

/** Levels entered at once, a descriptor each. What lies deeper is brought up first. */
const mostLevels = 32

export interface TreeRemoval {
  /** Holds what is to be removed. Folders that lie too deep are moved here, under new names: look here again. */
  readonly top: OpenFolder
  readonly isStopped: () => boolean
  /** Told of each file and folder that is gone. */
  readonly onRemoved?: (name: string) => void
}

/**
 * Removes an entry of `top` and everything below it, as far as the disk lets it: what it refuses keeps nothing else from
 * going, and is thrown at the end. Links are removed, never followed: each level is entered by a descriptor. What is gone
 * already is no error.
 */
export async function removeTree(removal: TreeRemoval, name: RawName): Promise<void> {
  await removeEntry(removal, removal.top, name, false, 0)
}

async function removeEntry(removal: TreeRemoval, folder: OpenFolder, name: RawName, isFolder: boolean, level: number): Promise<void> {
  try {
    if (!isFolder && (await removeFile(folder, name))) return removal.onRemoved?.(name.toString())
    // A tree has no limit to its depth: who may move folders can put one below another, again and again.
    if (level >= mostLevels) await folder.moveOver(name, removal.top, createId())
    else await removeFolder(removal, folder, name, level)
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error
  }
}

/** False when it turns out to be a folder: not every file system says so in its listing. */
async function removeFile(folder: OpenFolder, name: RawName): Promise<boolean> {
  try {
    await folder.removeFile(name)
    return true
  } catch (error) {
    if (error instanceof NotAFile) return false
    throw error
  }
}

async function removeFolder(removal: TreeRemoval, parent: OpenFolder, name: RawName, level: number): Promise<void> {
  let refused: { readonly error: unknown } | null = null
  {
    await using folder = await parent.openFolder(name)
    for await (const batch of folder.names()) {
      for (const { raw, isFolder } of batch) {
        if (removal.isStopped()) return
        try {
          await removeEntry(removal, folder, raw, isFolder, level + 1)
        } catch (error) {
          refused ??= { error }
        }
      }
    }
  }
  if (refused) throw refused.error
  await parent.removeFolder(name)
  removal.onRemoved?.(name.toString())
}
