import type { BigIntStats } from 'node:fs'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { extensionOf, microsOf, removingId, rootId, type StoredFile, searchKeyOf, sortKeyOf, toDate } from './model.ts'

/** One row of the tree's index. */
export type EntryRow = NonNullable<Awaited<ReturnType<Database['fileEntry']['findUnique']>>>

/** What a listing reads of a row: each column of each row costs as much as a look at the disk. */
export type ListedRow = Omit<EntryRow, 'searchKey' | 'listedCtimeMicros' | 'listedAtMicros'>
export const unlistedColumns = { searchKey: true, listedCtimeMicros: true, listedAtMicros: true } as const

/** What a row says about the entry it stands for, taken from the disk. */
export type EntryFacts = Pick<
  EntryRow,
  'name' | 'sortKey' | 'extension' | 'searchKey' | 'isFolder' | 'size' | 'modifiedMicros' | 'identity'
>

/** How many rows one statement reads or writes: libsql runs each on the event loop, and nothing else moves meanwhile. */
export const rowsPerStatement = 200

export function factsOf(name: string, stat: BigIntStats): EntryFacts {
  const isFolder = stat.isDirectory()
  return {
    name,
    ...nameKeys(name, isFolder),
    isFolder,
    size: isFolder ? 0n : stat.size,
    modifiedMicros: microsOf(stat.mtimeNs),
    identity: identityOf(stat),
  }
}

export function nameKeys(name: string, isFolder: boolean): { sortKey: string; searchKey: string; extension: string } {
  return { sortKey: sortKeyOf(name), searchKey: searchKeyOf(name), extension: isFolder ? '' : extensionOf(name) }
}

/**
 * Inode and birth time: an inode number alone is given to the next new file as soon as its file is removed. The device is
 * left out because its number may change with every start.
 */
export function identityOf(stat: BigIntStats): string {
  return `${stat.ino.toString(36)}.${stat.birthtimeNs.toString(36)}`
}

/** True when the row still describes the content that is on the disk. */
export function describes(row: Pick<EntryRow, 'isFolder' | 'size' | 'modifiedMicros' | 'identity'>, stat: BigIntStats): boolean {
  return (
    row.isFolder === stat.isDirectory() &&
    row.identity === identityOf(stat) &&
    row.modifiedMicros === microsOf(stat.mtimeNs) &&
    (row.isFolder || row.size === stat.size)
  )
}

/** The columns that bring a row up to date; the checksum is of other content when size or time differ. */
export function refreshed(row: Pick<EntryRow, 'size' | 'modifiedMicros' | 'sha256'>, name: string, stat: BigIntStats) {
  const facts = factsOf(name, stat)
  const sameContent = row.size === facts.size && row.modifiedMicros === facts.modifiedMicros
  return { ...facts, sha256: sameContent ? row.sha256 : null }
}

/** `homeOwner` owns everything in a home, whoever brought it there. */
export function toStoredFile(row: ListedRow, parentPath: string, homeOwner: string | null): StoredFile {
  return {
    id: row.id,
    parentId: row.parentId,
    name: row.name,
    path: row.id === rootId ? '/' : parentPath === '/' ? `/${row.name}` : `${parentPath}/${row.name}`,
    isFolder: row.isFolder,
    size: Number(row.size),
    modifiedAt: toDate(row.modifiedMicros),
    ownerId: homeOwner ?? row.ownerId,
    sha256: row.sha256,
  }
}

/** Takes the entry, and with it all below, out of every path at once; `Removals` deletes the rows later. */
export async function detachRow(transaction: DatabaseTransaction, id: number): Promise<void> {
  await transaction.fileEntry.update({ where: { id }, data: { parentId: removingId, name: String(id), identity: '' } })
}

/** Removes the row of whatever stood under this name, but not the entry `but`. Returns its id; null when there was none. */
export async function clearRow(
  transaction: DatabaseTransaction,
  { parentId, name, but }: { readonly parentId: number; readonly name: string; readonly but: number | null },
): Promise<number | null> {
  const old = await transaction.fileEntry.findUnique({ where: { parentId_name: { parentId, name } } })
  if (!old || old.id === but) return null
  // A folder's row can only be one that a shell left behind: what is below it has to go as well.
  if (old.isFolder) await detachRow(transaction, old.id)
  else await transaction.fileEntry.delete({ where: { id: old.id } })
  return old.id
}

/** Lets the event loop do something else between two statements. */
export function breathe(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
