import type { BigIntStats } from 'node:fs'
import { createId } from '../platform/identifier.ts'
import { FileNotFound, NameTaken, NotAFolder, PathOutsideStorage } from './errors.ts'
import type { StoredFile } from './model.ts'
import { kindOf } from './open-folder.ts'
import { nameOf, parentPath, parsePath, rootPath, type StoragePath } from './path.ts'
import { Removals } from './removals.ts'
import { detachRow } from './rows.ts'
import type { FileTree, Place } from './tree.ts'

/** Makes a folder, durable, with its row; whose home it is in owns it, or `ownerId`. Throws NAME_TAKEN. */
export async function makeFolder(tree: FileTree, parent: StoragePath, name: string, ownerId: string | null): Promise<StoredFile> {
  await using place = await tree.open(parent)
  const file = await tree.lock([place.row.id], async () => {
    await tree.change(place, () => place.folder.makeFolder(name))
    await place.folder.sync()
    const stat = await place.folder.look(name)
    if (!stat) throw new FileNotFound(name)
    const row = await tree.adoptLocked(place.row, name, stat)
    return tree.describe(
      place,
      await tree.deps.database.fileEntry.update({ where: { id: row.id }, data: { ownerId: place.homeOwner ?? ownerId } }),
    )
  })
  tree.publish(file.parentId, { changed: [file] })
  return file
}

/** Makes a folder at the top, or sets the owner of the one that is there. Throws NOT_A_FOLDER for whatever else has the name. */
export async function ensureTopFolder(tree: FileTree, name: string, ownerId: string | null): Promise<void> {
  try {
    await makeFolder(tree, rootPath, name, ownerId)
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error
    const existing = await tree.find(parsePath(`/${name}`))
    // A link, too: it is nothing that the storage has.
    if (!existing?.isFolder) throw new NotAFolder(`/${name}`)
    await tree.deps.database.fileEntry.update({ where: { id: existing.id }, data: { ownerId } })
  }
}

/** Takes an entry out of the tree at once, into the folder of what is being removed. Returns what it was. */
export async function takeOutEntry(tree: FileTree, path: StoragePath): Promise<StoredFile> {
  await using place = await tree.open(parentPath(path) ?? rootPath)
  await using removing = await tree.deps.jail.walk(Removals.path)
  return await tree.lock([place.row.id], async () => {
    const name = nameOf(path)
    const row = await tree.adoptLocked(place.row, name, await requireEntry(place, path))
    await tree.change(place, () => place.folder.moveOver(name, removing, createId()))
    await place.folder.sync()
    await detachRow(tree.deps.database, row.id)
    return tree.describe(place, row)
  })
}

/** What stands at the path in `place`. Throws FILE_NOT_FOUND, and PATH_OUTSIDE_STORAGE for a symbolic link. */
export async function requireEntry(place: Place, path: StoragePath): Promise<BigIntStats> {
  const stat = await place.folder.look(nameOf(path))
  if (!stat || kindOf(stat) === 'special') throw new FileNotFound(path.text)
  if (kindOf(stat) === 'link') throw new PathOutsideStorage()
  return stat
}
