import type { FileHandle } from 'node:fs/promises'
import type { Actor } from '../auth/model.ts'
import { NameTaken } from './errors.ts'
import type { StoredFile } from './model.ts'
import type { OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, parsePath, rootPath } from './path.ts'
import { requireChange } from './policy.ts'
import { authorOf, type Replaced, replaceFile } from './replacing.ts'
import { dropSpooled } from './spool.ts'
import type { FileTree, Place } from './tree.ts'
import type { UploadRow } from './uploads.ts'

export interface WholeUpload {
  readonly actor: Actor
  readonly row: UploadRow
  readonly spool: OpenFolder
  /** The spooled bytes, all written; closed here. */
  readonly handle: FileHandle
  /** Hash of the whole file, hexadecimal. */
  readonly sha256: string
}

/**
 * Puts a whole upload under its name. The order is the promise: bytes durable, then the name, then the folder durable,
 * then the rows; only then may anybody be told. Stopped at any point, the file is there whole or not at all.
 */
export async function finishUpload(tree: FileTree, { actor, row, spool, handle, sha256 }: WholeUpload): Promise<StoredFile> {
  const path = parsePath(row.path)
  // What was allowed when the upload began may not be any more.
  requireChange(actor, path)
  const now = tree.deps.clock.now()
  await handle.utimes(now, row.modifiedAt ?? now)
  await handle.sync()
  await handle.close()
  await using place = await tree.open(parentPath(path) ?? rootPath)
  return await tree.lock([place.row.id], async () => {
    const name = nameOf(path)
    const taken = await place.folder.look(name)
    if (taken && !(row.replace && taken.isFile())) throw new NameTaken(name)
    const replaced = taken
      ? await replaceFile(tree, { place, name, taken, by: authorOf(actor) }, () => spool.moveOver(row.id, place.folder, name))
      : await tree.change(place, async () => void (await spool.linkTo(row.id, place.folder, name)))
    let file: StoredFile
    try {
      await place.folder.sync()
      const actorId = actor.kind === 'user' ? actor.userId : null
      file = await recordUpload(tree, { row, folder: place, sha256, actorId, replaced: replaced ?? null })
    } catch (error) {
      // Whoever is told that it failed tries again: into a spooled file that nobody can see yet, or the try would cut the visible one.
      if (!taken) await place.folder.removeFile(name).catch(() => {})
      throw error
    }
    await dropSpooled(spool, row.id)
    return file
  })
}

/** The rows of an upload whose file stands under its name; the caller holds the folder's lock. */
export async function recordUpload(
  tree: FileTree,
  {
    row,
    folder,
    sha256,
    actorId,
    replaced,
  }: { row: UploadRow; folder: Place; sha256: string | null; actorId: string | null; replaced: Replaced | null },
): Promise<StoredFile> {
  const name = nameOf(parsePath(row.path))
  const stat = await folder.folder.look(name)
  if (!stat?.isFile()) throw new NameTaken(name)
  const entry = await tree.deps.database.$transaction(async (transaction) => {
    const { id, ownerId } = await tree.adoptLocked(folder.row, name, stat, transaction)
    const entry = await transaction.fileEntry.update({ where: { id }, data: { sha256, ownerId: folder.homeOwner ?? actorId ?? ownerId } })
    await replaced?.settle(transaction, id)
    await transaction.upload.update({ where: { id: row.id }, data: { state: 'DONE', durableOffset: row.length, entryId: id } })
    return entry
  })
  return tree.describe(folder, entry)
}
