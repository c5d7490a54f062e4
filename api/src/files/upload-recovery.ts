import { FileNotFound, NotAFolder, PathOutsideStorage, UploadExpired } from './errors.ts'
import type { OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, parsePath, rootPath } from './path.ts'
import { dropSpooled } from './spool.ts'
import { removeTree } from './tree-removal.ts'
import { recordUpload } from './upload-finish.ts'
import type { UploadRow, UploadsService } from './uploads.ts'

const rowsAtOnce = 200

/** After a start: no spooled bytes without a row, no row without its bytes, and what had its name already is recorded. */
export async function recoverUploads(uploads: UploadsService): Promise<void> {
  const { database } = uploads.deps.tree.deps
  await using spool = await uploads.spool.open()
  for (let after = ''; ; ) {
    const rows = await database.upload.findMany({
      where: { state: 'RECEIVING', id: { gt: after } },
      orderBy: { id: 'asc' },
      take: rowsAtOnce,
    })
    for (const row of rows) {
      // One that the disk cannot read now waits for the next start; the server starts all the same.
      await recoverUpload(uploads, spool, row).catch((error: unknown) =>
        uploads.deps.log.error({ err: error, upload: row.id }, 'an upload could not be looked at'),
      )
    }
    const last = rows.at(-1)
    if (!last) break
    after = last.id
  }
  await removeLeftovers(uploads, spool, null)
}

/**
 * Removes spooled bytes that no upload knows. While uploads may begin, only those that nobody has touched since `before`: the
 * file of an upload is made before its row. Returns how many went.
 */
export async function removeLeftovers(uploads: UploadsService, spool: OpenFolder, before: Date | null): Promise<number> {
  const { database } = uploads.deps.tree.deps
  let count = 0
  for await (const batch of spool.names()) {
    const names = batch.map(({ raw }) => raw.toString())
    const known = await database.upload.findMany({ select: { id: true }, where: { id: { in: names }, state: 'RECEIVING' } })
    const wanted = new Set(known.map(({ id }) => id))
    for (const name of names) {
      if (wanted.has(name)) continue
      const touched = before && (await spool.look(name))?.ctime
      if (before && (!touched || touched >= before)) continue
      await removeTree({ top: spool, isStopped: () => false }, name)
      count += 1
    }
  }
  return count
}

/** Puts one upload right; its row says RECEIVING. */
export async function recoverUpload(uploads: UploadsService, spool: OpenFolder, row: UploadRow): Promise<void> {
  const spooled = await spool.look(row.id)
  // Shorter than what the row vouches for: the disk has lost some of it, and nobody could tell which.
  if (!spooled?.isFile() || (spooled.nlink < 2n && spooled.size < row.durableOffset)) {
    await dropSpooled(spool, row.id)
    await uploads.deps.tree.deps.database.upload.deleteMany({ where: { id: row.id } })
    return
  }
  // A second name means that the stop came after the file got its own: it is whole, and must never be written to again.
  if (spooled.nlink < 2n) return
  if (!(await recordLinked(uploads, row, spooled.ino))) await uploads.deps.tree.deps.database.upload.deleteMany({ where: { id: row.id } })
  await dropSpooled(spool, row.id)
}

async function recordLinked(uploads: UploadsService, row: UploadRow, inode: bigint): Promise<boolean> {
  const { tree } = uploads.deps
  const path = parsePath(row.path)
  try {
    await using place = await tree.open(parentPath(path) ?? rootPath)
    return await tree.lock([place.row.id], async () => {
      if ((await place.folder.look(nameOf(path)))?.ino !== inode) return false
      await place.folder.sync()
      await recordUpload(tree, { row, folder: place, sha256: row.sha256, actorId: row.ownerId, replaced: null })
      return true
    })
  } catch (error) {
    if (error instanceof FileNotFound || error instanceof NotAFolder || error instanceof PathOutsideStorage) return false
    throw error
  }
}

/** Removes uploads that have rested too long, with their bytes; those that a request writes to now are not resting. */
export async function expireUploads(uploads: UploadsService, isWriting: (id: string) => boolean): Promise<number> {
  const { clock, database } = uploads.deps.tree.deps
  await using spool = await uploads.spool.open()
  let count = 0
  for (let after = ''; ; ) {
    const where = { expiresAt: { lt: clock.now() }, id: { gt: after } }
    const rows = await database.upload.findMany({ where, orderBy: { id: 'asc' }, take: rowsAtOnce })
    for (const row of rows) {
      after = row.id
      if (isWriting(row.id)) continue
      if (row.state === 'RECEIVING') await uploads.discard(row, spool, 'FAILED', new UploadExpired())
      else await database.upload.deleteMany({ where: { id: row.id } })
      count += 1
    }
    if (rows.length < rowsAtOnce) return count
  }
}
