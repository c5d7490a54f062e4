import type { DatabaseTransaction } from '../platform/db.ts'
import { wholeName } from './copy-staging.ts'
import { FileNotFound, NameTaken } from './errors.ts'
import type { StoredFile } from './model.ts'
import type { OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, rootPath, type StoragePath } from './path.ts'
import { type Replaced, type Replacement, replaceFile } from './replacing.ts'
import { identityOf } from './rows.ts'
import type { FileTree, Place } from './tree.ts'

export interface WholeCopy {
  readonly staging: OpenFolder
  readonly to: StoragePath
  readonly replace: boolean
  /** Of what stands in staging: known again under its own name after a stop in the middle of this. */
  readonly identity: string
  readonly isFolder: boolean
  /** True when an earlier attempt came as far as this. */
  readonly again: boolean
  readonly sha256: string | null
  /** Who brings it, where no home says who owns it. */
  readonly ownerId: string | null
  readonly by: Replacement['by']
  /** In the transaction that makes the row: both stand or neither. */
  save(transaction: DatabaseTransaction): Promise<void>
}

/** Gives a whole copy its name: in one step, over nothing that may not be replaced, durable; then its row. Throws NAME_TAKEN. */
export async function publishCopy(tree: FileTree, copy: WholeCopy): Promise<StoredFile> {
  const { to, staging, ownerId, sha256 } = copy
  await using place = await tree.open(parentPath(to) ?? rootPath, 'to')
  const file = await tree.lock([place.row.id], async () => {
    const name = nameOf(to)
    const replaced = await giveName(tree, place, copy)
    // The name first: a power cut in between leaves two rather than none.
    await place.folder.sync()
    await staging.sync()
    const stat = await place.folder.look(name)
    if (!stat) throw new FileNotFound(to.text, 'to')
    const row = await tree.deps.database.$transaction(async (transaction) => {
      const { id, ownerId: before } = await tree.adoptLocked(place.row, name, stat, transaction)
      await replaced?.settle(transaction, id)
      await copy.save(transaction)
      return transaction.fileEntry.update({ where: { id }, data: { sha256, ownerId: place.homeOwner ?? ownerId ?? before } })
    })
    return tree.describe(place, row)
  })
  tree.publish(file.parentId, { changed: [file] })
  return file
}

async function giveName(
  tree: FileTree,
  place: Place,
  { staging, to, replace, identity, isFolder, again, by }: WholeCopy,
): Promise<Replaced | null> {
  const name = nameOf(to)
  const taken = await place.folder.look(name)
  const isThere = taken !== null && identityOf(taken) === identity
  if (!(await staging.look(wholeName))) {
    if (isThere) return null
    throw new FileNotFound(to.text, 'to')
  }
  // A file that was linked to its name before a stop has both.
  if (isThere) {
    await staging.removeFile(wholeName)
    return null
  }
  // An empty folder is what a stop leaves of the claim on a name; rename(2) replaces no other.
  const isClaim = again && isFolder && taken?.isDirectory()
  if (taken && !isClaim && !(replace && !isFolder && taken.isFile())) throw new NameTaken(name, 'to')
  const arrive = () => staging.moveOver(wholeName, place.folder, name)
  if (taken?.isFile()) return replaceFile(tree, { place, name, taken, by }, arrive)
  await tree.change(place, () => (taken ? arrive() : staging.moveTo(wholeName, place.folder, name, isFolder ? 'folder' : 'file')))
  return null
}
