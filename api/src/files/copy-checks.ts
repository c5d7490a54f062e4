import { InvalidInput, Unavailable } from '../platform/errors.ts'
import { measureFile } from './copy-tree.ts'
import { FileNotFound, NameTaken, PathOutsideStorage, StorageFull } from './errors.ts'
import { kindOf } from './open-folder.ts'
import { isWithin, nameOf, parentPath, reservedName, rootPath, type StoragePath } from './path.ts'
import type { FileTree, Place } from './tree.ts'

export interface CopyWish {
  readonly from: StoragePath
  readonly to: StoragePath
  readonly replace: boolean
}

/**
 * What can be said before anything is copied. Errors: FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, NAME_TAKEN, STORAGE_FULL,
 * INVALID_INPUT (into itself), UNAVAILABLE (another file system).
 */
export async function checkCopy(tree: FileTree, { from, to, replace }: CopyWish): Promise<{ isFolder: boolean }> {
  if (from.text === to.text) throw new NameTaken(nameOf(to), 'to')
  if (isWithin(to, from)) throw new InvalidInput('A folder cannot be copied into itself.', 'to')
  await using source = await tree.open(parentPath(from) ?? rootPath, 'from')
  const stat = await source.folder.look(nameOf(from))
  const kind = stat && kindOf(stat)
  if (kind === 'link') throw new PathOutsideStorage('from')
  if (!stat || kind === 'special') throw new FileNotFound(from.text, 'from')
  await using target = await tree.open(parentPath(to) ?? rootPath, 'to')
  const taken = await target.folder.look(nameOf(to))
  // As with moves: only a file may be replaced, and only by a file.
  if (taken && !(replace && kind === 'file' && taken.isFile())) throw new NameTaken(nameOf(to), 'to')
  await requireOwnFileSystem(tree, target)
  if (kind === 'file') await requireSpace(target, measureFile(stat).space)
  return { isFolder: kind === 'folder' }
}

/** A copy is made in the server's own folder and gets its name by rename(2), which does not lead into another file system. */
async function requireOwnFileSystem(tree: FileTree, target: Place): Promise<void> {
  await using own = await tree.deps.jail.walk([reservedName])
  const [here, there] = await Promise.all([own.stat(), target.folder.stat()])
  if (here.dev !== there.dev) throw new Unavailable('Another file system is mounted there; copying into one is not possible yet.', 'to')
}

/** Throws STORAGE_FULL, with how much there is, unless so many bytes are free. */
export async function requireSpace(target: Place, bytes: number): Promise<void> {
  const { bsize, bavail } = await target.folder.space()
  if (bytes > bavail * bsize) throw new StorageFull(`The copy takes ${bytes} bytes; ${bavail * bsize} are free.`)
}
