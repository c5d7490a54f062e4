import { FileNotFound, NameTaken, NotAFolder } from '../files/errors.ts'
import type { OpenFolder } from '../files/open-folder.ts'
import { nameOf, parentPath, parsePath, rootPath } from '../files/path.ts'
import { identityOf, rowsPerStatement } from '../files/rows.ts'
import type { Log } from '../platform/log.ts'
import { dropRows, keepRows, returnRow, type TrashBin } from './bin.ts'
import { isItemId, type TrashRow } from './model.ts'

/**
 * Puts right what a stop left of the trash, before anything else looks: what was on its way is taken to where it was going, what
 * lies in the trash unknown becomes an item of nobody, and what is known but not there is forgotten.
 */
export async function recoverTrash(bin: TrashBin, log: Log): Promise<void> {
  await using trash = await bin.open()
  const { database } = bin.deps.tree.deps
  for (let after = ''; ; ) {
    const items = await database.trashItem.findMany({ where: { id: { gt: after } }, orderBy: { id: 'asc' }, take: rowsPerStatement })
    const stats = await trash.lookAll(items.map(({ id }) => id))
    for (const [index, item] of items.entries()) {
      try {
        await putRight(bin, trash, item, stats[index] !== null)
      } catch (err) {
        log.error(
          { err, item: item.id, path: item.path },
          'something on its way to or from the trash could not be put right; the next start tries again',
        )
      }
    }
    const last = items.at(-1)
    if (!last) break
    after = last.id
  }
  for await (const batch of trash.names()) {
    const names = batch.map(({ raw }) => raw.toString()).filter(isItemId)
    const known = await database.trashItem.findMany({ where: { id: { in: names } }, select: { id: true } })
    const ids = new Set(known.map(({ id }) => id))
    for (const name of names) if (!ids.has(name)) await adopt(bin, trash, name)
  }
}

async function putRight(bin: TrashBin, trash: OpenFolder, item: TrashRow, isThere: boolean): Promise<void> {
  const { database } = bin.deps.tree.deps
  if (item.state === 'TRASHING') {
    // Not there: it never left its place, and its row never left the tree.
    if (isThere) await database.$transaction((transaction) => keepRows(transaction, item.id, item.entryId))
    else await database.trashItem.deleteMany({ where: { id: item.id } })
    return
  }
  if (item.state === 'RESTORING' && item.restorePath !== null && (await finishRestoring(bin, trash, item, item.restorePath, isThere)))
    return
  if (isThere) await database.trashItem.updateMany({ where: { id: item.id }, data: { state: 'KEPT', restorePath: null } })
  else await database.$transaction((transaction) => dropRows(transaction, [item]))
}

/** True when it stands where it was going: its row follows it there. */
async function finishRestoring(bin: TrashBin, trash: OpenFolder, item: TrashRow, restorePath: string, isThere: boolean): Promise<boolean> {
  const { tree } = bin.deps
  const path = parsePath(restorePath)
  const name = nameOf(path)
  try {
    await using place = await tree.open(parentPath(path) ?? rootPath)
    return await tree.lock([place.row.id], async () => {
      const stat = await place.folder.look(name)
      if (!stat) return false
      if (identityOf(stat) !== item.identity) {
        // An empty folder is what a stop leaves of the claim on a name.
        if (isThere && item.isFolder && stat.isDirectory()) await place.folder.removeFolder(name).catch(ignoreNotEmpty)
        return false
      }
      // A file that was linked to its name before the stop has both.
      if (isThere) await trash.removeFile(item.id)
      await tree.deps.database.$transaction((transaction) => returnRow(tree, transaction, { place, item, name, stat }))
      return true
    })
  } catch (error) {
    if (error instanceof FileNotFound || error instanceof NotAFolder) return false
    throw error
  }
}

function ignoreNotEmpty(error: unknown): void {
  if (!(error instanceof NameTaken)) throw error
}

/** The database is older than the disk: what was deleted since can still be had back, by an administrator. */
async function adopt(bin: TrashBin, trash: OpenFolder, id: string): Promise<void> {
  const stat = await trash.look(id)
  if (!stat || !(stat.isFile() || stat.isDirectory())) return
  const { clock, database } = bin.deps.tree.deps
  const isFolder = stat.isDirectory()
  await database.trashItem.create({
    data: {
      ...{ id, state: 'KEPT', entryId: null, name: id, path: `/Shared/${id}`, isFolder, identity: identityOf(stat) },
      ...{ size: isFolder ? null : stat.size, sizeIsExact: !isFolder, deletedAt: clock.now(), deletedById: null },
      ...{ deletedByName: 'system', ownerId: null },
    },
  })
}
