import type { BigIntStats } from 'node:fs'
import type { Actor } from '../auth/model.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { microsOf, toDate } from './model.ts'
import type { OpenFolder } from './open-folder.ts'
import { reservedName } from './path.ts'
import type { FileTree, Place } from './tree.ts'

/** The folder where versions stand; on the storage's own file system. */
export const versionsPath: readonly string[] = [reservedName, 'versions']

/** What FileTree is told of versions. */
export interface VersionKeeping {
  /** False where nothing is to be kept. */
  isOn(): boolean
  /** A file has one more. */
  onKept(entryId: number): void
}

export interface Replacement {
  readonly place: Place
  readonly name: string
  /** What stands under the name. */
  readonly taken: BigIntStats
  /** Who brings what takes its place. */
  readonly by: Author
}

/** Whose doing it is, as versions remember it. */
export interface Author {
  readonly id: string | null
  readonly name: string
}

type VersionRow = NonNullable<Awaited<ReturnType<Database['fileVersion']['findUnique']>>>

/** The old content of a file that was replaced: in the transaction that changes the file's row it becomes a version. */
export interface Replaced {
  settle(transaction: DatabaseTransaction, entryId: number): Promise<void>
}

/**
 * The one way in which a file takes another's place: `arrive` renames it over the name. What stood there gets a second name
 * among the versions first, so that it is served until the moment it is replaced, and is not lost then. Stopped at any point,
 * the old content is under its name, or the new one is and the old is a version. The caller holds the folder's lock.
 */
export async function replaceFile(tree: FileTree, replacement: Replacement, arrive: () => Promise<void>): Promise<Replaced> {
  const { versions } = tree.deps
  const { place } = replacement
  if (!versions?.isOn()) {
    await tree.change(place, arrive)
    return { settle: async () => {} }
  }
  await using folder = await tree.deps.jail.walk(versionsPath)
  const version = await begin(tree, replacement)
  let moved = false
  try {
    moved = (await place.folder.linkAs(replacement.name, folder, version.storedAs)) === 'moved'
    await folder.sync()
    await tree.change(place, arrive)
  } catch (error) {
    await giveUp(tree, replacement, folder, version, moved)
    throw error
  }
  return { settle: (transaction, entryId) => settle(tree, transaction, version, entryId) }
}

async function begin(tree: FileTree, { by, name, place, taken }: Replacement): Promise<VersionRow> {
  const { clock, database } = tree.deps
  const entry = await tree.adoptLocked(place.row, name, taken)
  const { _max } = await database.fileVersion.aggregate({ where: { entryId: entry.id }, _max: { number: true } })
  return database.fileVersion.create({
    data: {
      ...{ entryId: entry.id, number: (_max.number ?? 0) + 1, state: 'KEEPING', storedAs: createId(clock.now().getTime()) },
      ...{ size: taken.size, sha256: entry.sha256, modifiedAt: toDate(microsOf(taken.mtimeNs)) },
      ...{ replacedAt: clock.now(), replacedById: by.id, replacedByName: by.name },
    },
  })
}

async function giveUp(
  tree: FileTree,
  { name, place, taken }: Replacement,
  folder: OpenFolder,
  { id, storedAs }: VersionRow,
  moved: boolean,
) {
  // Where this does not work either, the next start does it.
  try {
    const current = await place.folder.look(name)
    // It failed after the new content had got there.
    if (current && current.ino !== taken.ino) {
      await tree.deps.database.fileVersion.update({ where: { id }, data: { state: 'KEPT' } })
      return
    }
    if (moved) await folder.moveTo(storedAs, place.folder, name, 'file')
    else if (await folder.look(storedAs)) await folder.removeFile(storedAs)
    await tree.deps.database.fileVersion.deleteMany({ where: { id } })
  } catch {
    // Said by what failed first.
  }
}

/** The versions of the entry whose place was taken are those of the one that took it. */
async function settle(tree: FileTree, transaction: DatabaseTransaction, version: VersionRow, entryId: number): Promise<void> {
  await transaction.fileVersion.update({ where: { id: version.id }, data: { state: 'KEPT' } })
  if (entryId !== version.entryId) await inheritVersions(transaction, version.entryId, entryId)
  tree.deps.versions?.onKept(entryId)
}

async function inheritVersions(transaction: DatabaseTransaction, fromId: number, toId: number): Promise<void> {
  const { _max } = await transaction.fileVersion.aggregate({ where: { entryId: toId }, _max: { number: true } })
  const data = { entryId: toId, number: { increment: _max.number ?? 0 } }
  await transaction.fileVersion.updateMany({ where: { entryId: fromId }, data })
}

/** Who a version says has replaced it. */
export function authorOf(actor: Actor): Author {
  return actor.kind === 'user' ? { id: actor.userId, name: actor.username } : { id: null, name: 'system' }
}
