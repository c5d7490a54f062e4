import type { BigIntStats } from 'node:fs'
import { join, sqltag } from '@prisma/client/runtime/client'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import type { Jail } from './jail.ts'
import { rootId, trashedId } from './model.ts'
import { kindOf, type OpenFolder } from './open-folder.ts'
import { isReserved, nameFault } from './path.ts'
import { breathe, describes, detachRow, type EntryRow, factsOf, identityOf, refreshed, rowsPerStatement } from './rows.ts'

/** How many entries are looked at on the disk at once. */
const looksAtOnce = 32

export interface ScanResult {
  /** Ids of rows that are new here or say something else now. */
  readonly changed: number[]
  /** Ids that are no longer in this folder. */
  readonly removed: number[]
  /** Names on the disk that no path can name (not UTF-8, not NFC, control characters …): they are not listed. */
  readonly unnameable: number
}

type Known = Pick<EntryRow, 'id' | 'name' | 'isFolder' | 'size' | 'modifiedMicros' | 'identity' | 'sha256'>
const known = { id: true, name: true, isFolder: true, size: true, modifiedMicros: true, identity: true, sha256: true } as const

/** What a folder really holds: names that can be named, and how many cannot. */
export async function readNames(folder: OpenFolder, isRoot: boolean): Promise<{ names: Set<string>; unnameable: number }> {
  const names = new Set<string>()
  let unnameable = 0
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })
  for await (const batch of folder.names()) {
    for (const { raw, maybe } of batch) {
      if (!maybe) continue
      const name = decode(decoder, raw)
      if (name === null || nameFault(name)) unnameable += 1
      else if (!(isRoot && isReserved(name))) names.add(name)
    }
  }
  return { names, unnameable }
}

/** A raw name as text; null for one that no path can name. */
export function readableName(raw: Buffer): string | null {
  const name = decode(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }), raw)
  return name === null || nameFault(name) ? null : name
}

function decode(decoder: TextDecoder, raw: Buffer): string | null {
  try {
    return decoder.decode(raw)
  } catch {
    return null
  }
}

/**
 * Makes the rows of one folder agree with the disk: all of it, or only the names given. Entries keep their ids; one that
 * was renamed or moved here is known by its inode. The caller holds the folder's lock.
 */
export async function scanFolder(
  database: Database,
  jail: Jail,
  folder: OpenFolder,
  parent: EntryRow,
  only?: readonly string[],
): Promise<ScanResult> {
  const { names, unnameable } = only
    ? { names: new Set(only.filter((name) => !nameFault(name))), unnameable: 0 }
    : await readNames(folder, parent.id === rootId)
  if (parent.id === rootId) for (const name of names) if (isReserved(name)) names.delete(name)
  const rows = await readRows(database, parent.id, only ? [...names] : null)
  const changed: number[] = []
  const removed: number[] = []
  const unseen = new Map(rows)
  const fresh: { name: string; stat: BigIntStats }[] = []
  const freshFolders: { name: string; stat: BigIntStats }[] = []

  for await (const batch of looks(folder, names)) {
    for (const { name, stat } of batch) {
      const row = rows.get(name)
      const kind = stat ? kindOf(stat) : null
      if (!stat || (kind !== 'file' && kind !== 'folder')) continue
      unseen.delete(name)
      if (!row || row.isFolder !== stat.isDirectory()) {
        // A folder where a file was is another entry.
        if (row) removed.push(...(await removeRows(database, [row])))
        ;(stat.isDirectory() ? freshFolders : fresh).push({ name, stat })
        continue
      }
      if (describes(row, stat)) continue
      await database.fileEntry.update({ where: { id: row.id }, data: refreshed(row, name, stat) })
      changed.push(row.id)
    }
  }
  // Folders first: a file that moved along with its folder is where its row says once the folder's row is right.
  const folders = await recognise(database, jail, parent, freshFolders, unseen)
  const files = await recognise(database, jail, parent, fresh, unseen)
  const gone = await removeRows(database, [...unseen.values()])
  const insertedFolders = await insertRows(database, parent, folders.arrived)
  const insertedFiles = await insertRows(database, parent, files.arrived)
  return { changed: changed.concat(folders.moved, files.moved, insertedFolders, insertedFiles), removed: removed.concat(gone), unnameable }
}

async function readRows(database: Database, parentId: number, only: string[] | null): Promise<Map<string, Known>> {
  const rows = new Map<string, Known>()
  if (only) {
    for (let at = 0; at < only.length; at += rowsPerStatement) {
      const found = await database.fileEntry.findMany({
        select: known,
        where: { parentId, name: { in: only.slice(at, at + rowsPerStatement) } },
      })
      for (const row of found) rows.set(row.name, row)
    }
    return rows
  }
  let after: string | null = null
  for (;;) {
    const page: Known[] = await database.fileEntry.findMany({
      select: known,
      where: after === null ? { parentId } : { parentId, name: { gt: after } },
      orderBy: { name: 'asc' },
      take: rowsPerStatement * 2,
    })
    for (const row of page) rows.set(row.name, row)
    const last = page.at(-1)
    if (!last || page.length < rowsPerStatement * 2) return rows
    after = last.name
    await breathe()
  }
}

/** Looks at many names with a bounded number under way. */
async function* looks(folder: OpenFolder, names: Iterable<string>): AsyncGenerator<{ name: string; stat: BigIntStats | null }[]> {
  let batch: string[] = []
  const look = async (names: string[]) => {
    const stats = await folder.lookAll(names)
    return names.map((name, index) => ({ name, stat: stats[index] ?? null }))
  }
  for (const name of names) {
    batch.push(name)
    if (batch.length < looksAtOnce) continue
    yield await look(batch)
    batch = []
  }
  if (batch.length > 0) yield await look(batch)
}

/**
 * Tells renamed entries from new ones. An entry known by another name is only taken to be the same when it no longer
 * stands there: a second hard link is an entry of its own. Moves the rows of those recognised and takes them out of `unseen`.
 */
async function recognise(
  database: Database,
  jail: Jail,
  parent: EntryRow,
  fresh: readonly { name: string; stat: BigIntStats }[],
  unseen: Map<string, Known>,
) {
  const moved: number[] = []
  const arrived: { name: string; stat: BigIntStats }[] = []
  for (let at = 0; at < fresh.length; at += rowsPerStatement) {
    const batch = fresh.slice(at, at + rowsPerStatement)
    const candidates = await database.fileEntry.findMany({ where: { identity: { in: batch.map(({ stat }) => identityOf(stat)) } } })
    const byIdentity = new Map(candidates.map((row) => [row.identity, row]))
    for (const entry of batch) {
      const row = byIdentity.get(identityOf(entry.stat))
      const isHere = row?.parentId === parent.id
      const isSame =
        row && row.isFolder === entry.stat.isDirectory() && (isHere ? unseen.has(row.name) : await hasLeft(database, jail, row))
      if (!row || !isSame) {
        arrived.push(entry)
        continue
      }
      byIdentity.delete(row.identity)
      if (isHere) unseen.delete(row.name)
      await database.fileEntry.update({ where: { id: row.id }, data: { ...refreshed(row, entry.name, entry.stat), parentId: parent.id } })
      moved.push(row.id)
    }
    await breathe()
  }
  return { moved, arrived }
}

/** True when the entry is no longer where its row says. */
async function hasLeft(database: Database, jail: Jail, row: EntryRow): Promise<boolean> {
  const segments: string[] = []
  for (let parentId = row.parentId; parentId !== rootId; ) {
    // What is in the trash keeps its rows: another link to the same file is an entry of its own.
    if (parentId === trashedId) return false
    const parent: { parentId: number; name: string } | null = await database.fileEntry.findUnique({
      select: { parentId: true, name: true },
      where: { id: parentId },
    })
    if (!parent || segments.length > 2_048) return true
    segments.unshift(parent.name)
    parentId = parent.parentId
  }
  try {
    await using folder = await jail.walk(segments)
    const stat = await folder.look(row.name)
    return !stat || identityOf(stat) !== row.identity
  } catch {
    return true
  }
}

/** Rows of files are deleted at once, those of folders with all below them later. */
async function removeRows(database: Database, rows: readonly Known[]): Promise<number[]> {
  const files = rows.filter((row) => !row.isFolder).map((row) => row.id)
  for (let at = 0; at < files.length; at += rowsPerStatement) {
    await database.fileEntry.deleteMany({ where: { id: { in: files.slice(at, at + rowsPerStatement) } } })
    await breathe()
  }
  for (const row of rows) if (row.isFolder) await detachRow(database, row.id)
  return rows.map((row) => row.id)
}

/** Each transaction ends with a sync of the database; so many rows share one. */
const rowsPerTransaction = 1_000

async function insertRows(
  database: Database,
  parent: EntryRow,
  entries: readonly { name: string; stat: BigIntStats }[],
): Promise<number[]> {
  const ids: number[] = []
  for (let at = 0; at < entries.length; at += rowsPerTransaction) {
    const share = entries.slice(at, at + rowsPerTransaction)
    await database.$transaction(async (transaction) => {
      for (let start = 0; start < share.length; start += rowsPerStatement) {
        ids.push(...(await insertSome(transaction, parent, share.slice(start, start + rowsPerStatement))))
        await breathe()
      }
    })
  }
  return ids
}

/** As SQL, which both databases understand: six times as fast as createMany. */
async function insertSome(
  transaction: DatabaseTransaction,
  parent: EntryRow,
  entries: readonly { name: string; stat: BigIntStats }[],
): Promise<number[]> {
  const values = entries.map(({ name, stat }) => {
    const { sortKey, searchKey, extension, isFolder, size, modifiedMicros, identity } = factsOf(name, stat)
    return sqltag`(${parent.id}, ${parent.ownerId}, ${name}, ${sortKey}, ${searchKey}, ${extension}, ${isFolder}, ${size}, ${modifiedMicros}, ${identity})`
  })
  const created = await transaction.$queryRaw<{ id: number }[]>(
    sqltag`INSERT INTO "FileEntry" ("parentId", "ownerId", "name", "sortKey", "searchKey", "extension", "isFolder", "size", "modifiedMicros", "identity") VALUES ${join(values)} RETURNING "id"`,
  )
  return created.map(({ id }) => id)
}
