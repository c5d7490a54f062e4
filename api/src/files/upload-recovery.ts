import { FileNotFound, NotAFolder, PathOutsideStorage, UploadExpired } from './errors.ts'
import type { OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, parsePath, rootPath } from './path.ts'
import { dropSpooled, spoolNameOf } from './spool.ts'
import { removeTree } from './tree-removal.ts'
import { dropIfUnused } from './upload-parts.ts'
import { partIdsOf, recordUploads } from './upload-publish.ts'
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
export async function removeLeftovers(
  uploads: UploadsService,
  spool: OpenFolder,
  before: Date | null,
  signal?: AbortSignal,
): Promise<number> {
  const { database } = uploads.deps.tree.deps
  let count = 0
  for await (const batch of spool.names()) {
    const names = batch.map(({ raw }) => raw.toString())
    const known = await database.upload.findMany({
      select: { id: true, spoolId: true },
      where: { OR: [{ id: { in: names } }, { spoolId: { in: names } }], state: 'RECEIVING' },
    })
    const wanted = new Set(known.map(spoolNameOf))
    for (const name of names) {
      if (wanted.has(name)) continue
      signal?.throwIfAborted()
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
  const { database } = uploads.deps.tree.deps
  const name = spoolNameOf(row)
  const spooled = await spool.look(name)
  // A second name means that the stop came after the file got its own: it is whole, and must never be written to again.
  if (spooled?.isFile() && spooled.nlink > 1n) {
    // What becomes of parts is decided with what was made of them, which was declared after them.
    if (row.role === 'PART') return
    if (!(await recordLinked(uploads, row, spooled.ino))) await dropRows(uploads, row)
    await dropSpooled(spool, name)
    return
  }
  // Nobody was told that it came together; the parts are still there, and can be put together again.
  if (row.role === 'FINAL') {
    await database.upload.deleteMany({ where: { id: row.id } })
    if (!row.spoolId) await dropSpooled(spool, row.id)
    return
  }
  // Shorter than what the row vouches for: the disk has lost some of it, and nobody could tell which.
  if (spooled?.isFile() && spooled.size >= row.spoolStart + row.durableOffset) return
  await database.upload.deleteMany({ where: { id: row.id } })
  if (row.role === 'PART') await dropIfUnused(uploads, name)
  else await dropSpooled(spool, name)
}

async function dropRows(uploads: UploadsService, row: UploadRow): Promise<void> {
  const parts = row.concat ? partIdsOf(row.concat) : []
  await uploads.deps.tree.deps.database.upload.deleteMany({ where: { id: { in: [row.id, ...parts] }, ownerId: row.ownerId } })
}

async function recordLinked(uploads: UploadsService, row: UploadRow, inode: bigint): Promise<boolean> {
  const { tree } = uploads.deps
  const path = parsePath(row.path)
  try {
    await using place = await tree.open(parentPath(path) ?? rootPath)
    return await tree.lock([place.row.id], async () => {
      const name = nameOf(path)
      const stat = await place.folder.look(name)
      if (stat?.ino !== inode) return false
      await place.folder.sync()
      // Only whose the file is; what it replaced became a version when the versions started.
      const by = { id: row.ownerId, name: '' }
      const publication = { row: { ...row, length: row.length ?? stat.size }, hasRow: true, sha256: row.sha256, by, stat }
      await recordUploads(tree, place, [{ waiting: publication, name, replaced: null }])
      return true
    })
  } catch (error) {
    if (error instanceof FileNotFound || error instanceof NotAFolder || error instanceof PathOutsideStorage) return false
    throw error
  }
}

/** Removes uploads that have rested too long, with their bytes; those that a request writes to now are not resting. */
export async function expireUploads(uploads: UploadsService, isWriting: (id: string) => boolean, signal?: AbortSignal): Promise<number> {
  const { clock, database } = uploads.deps.tree.deps
  await using spool = await uploads.spool.open()
  let count = 0
  for (let after = ''; ; ) {
    const where = { expiresAt: { lt: clock.now() }, id: { gt: after } }
    const rows = await database.upload.findMany({ where, orderBy: { id: 'asc' }, take: rowsAtOnce })
    for (const row of rows) {
      signal?.throwIfAborted()
      after = row.id
      if (isWriting(row.id)) continue
      if (row.state === 'RECEIVING') await uploads.discard(row, spool, 'FAILED', new UploadExpired())
      else await database.upload.deleteMany({ where: { id: row.id } })
      count += 1
    }
    if (rows.length < rowsAtOnce) return count
  }
}
