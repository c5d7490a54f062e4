import type { BigIntStats } from 'node:fs'
import type { Actor } from '../auth/model.ts'
import { makeFolder, requireEntry } from '../files/changes.ts'
import { FileNotFound, NameTaken } from '../files/errors.ts'
import { KeyedLock } from '../files/keyed-lock.ts'
import { type StoredFile, trashedId } from '../files/model.ts'
import type { OpenFolder } from '../files/open-folder.ts'
import { childPath, nameOf, parentPath, reservedName, rootPath, type StoragePath } from '../files/path.ts'
import { type RemovalCause, Removals } from '../files/removals.ts'
import { clearRow, detachRow, type EntryRow, identityOf } from '../files/rows.ts'
import type { FileTree, Place } from '../files/tree.ts'
import type { DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import type { Log } from '../platform/log.ts'
import { TrashItemNotFound } from './errors.ts'
import { everybody, numberedName, type TrashRow, trashChanged } from './model.ts'
import { TrashSizes } from './sizes.ts'

const trashName = 'trash'

export interface TrashBinDeps {
  readonly tree: FileTree
  readonly removals: Removals
  readonly log: Log
}

/**
 * Where deleted things wait: one rename takes them out of the tree and one brings them back, with the same row. Each step is
 * written down before it is done, so that a start knows what a stop came into the middle of. Knows no permission.
 */
export class TrashBin {
  readonly deps: TrashBinDeps
  readonly sizes: TrashSizes
  readonly #locks = new KeyedLock<string>()

  constructor(deps: TrashBinDeps) {
    this.deps = deps
    const onCounted = (ownerId: string | null) => this.publish([ownerId])
    this.sizes = new TrashSizes({ database: deps.tree.deps.database, jail: deps.tree.deps.jail, log: deps.log, onCounted })
  }

  /** The folder where things in the trash stand; on the storage's own file system. */
  static readonly path: readonly string[] = [reservedName, trashName]

  open(): Promise<OpenFolder> {
    return this.deps.tree.deps.jail.walk(TrashBin.path)
  }

  /** Moves an entry to the trash of whoever's home it is in, or of the actor. Throws FILE_NOT_FOUND, PATH_OUTSIDE_STORAGE. */
  async put(actor: Actor, path: StoragePath): Promise<StoredFile> {
    const { tree } = this.deps
    const { clock, database } = tree.deps
    await using place = await tree.open(parentPath(path) ?? rootPath)
    await using trash = await this.open()
    const item = await tree.lock([place.row.id], async () => {
      const stat = await requireEntry(place, path)
      const row = await tree.adoptLocked(place.row, nameOf(path), stat)
      const deletedAt = clock.now()
      const item = await database.trashItem.create({
        data: {
          ...{ id: createId(deletedAt.getTime()), state: 'TRASHING' as const, entryId: row.id, name: row.name, path: path.text },
          ...{ isFolder: row.isFolder, identity: identityOf(stat), size: row.isFolder ? null : stat.size, sizeIsExact: !row.isFolder },
          ...{ deletedAt, ...nameOfActor(actor), ownerId: place.homeOwner ?? (actor.kind === 'user' ? actor.userId : null) },
        },
      })
      await this.#takeIn(place, trash, item, row)
      return { file: tree.describe(place, row), row: item }
    })
    this.publish([item.row.ownerId])
    if (item.row.isFolder) this.sizes.wake()
    return { ...item.file, trashItemId: item.row.id }
  }

  async #takeIn(place: Place, trash: OpenFolder, item: TrashRow, row: EntryRow): Promise<void> {
    const { tree } = this.deps
    const { database } = tree.deps
    try {
      await tree.change(place, () => place.folder.moveOver(item.name, trash, item.id))
    } catch (error) {
      await database.trashItem.deleteMany({ where: { id: item.id } })
      throw error
    }
    try {
      // The new name first: a power cut in between leaves two rather than none.
      await trash.sync()
      await place.folder.sync()
      await database.$transaction((transaction) => keepRows(transaction, item.id, row.id))
    } catch (error) {
      // Whoever is told that it failed finds it where it was. Where not even that works, the next start puts it right.
      await trash.moveTo(item.id, place.folder, item.name, item.isFolder ? 'folder' : 'file')
      await database.trashItem.deleteMany({ where: { id: item.id } })
      throw error
    }
  }

  /**
   * Brings an item back under `to`, whose folders are made again below the top one; with `keepBoth` beside what has its name.
   * Throws TRASH_ITEM_NOT_FOUND, NAME_TAKEN, FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE with `to`.
   */
  async restore(id: string, to: StoragePath, keepBoth: boolean): Promise<StoredFile> {
    const { tree } = this.deps
    const { file, ownerId } = await this.#locks.run(id, async () => {
      const item = await tree.deps.database.trashItem.findUnique({ where: { id } })
      if (item?.state !== 'KEPT') throw new TrashItemNotFound()
      await using trash = await this.open()
      const stat = await trash.look(id)
      if (!stat) throw new TrashItemNotFound()
      await using place = await this.#openOrMake(parentPath(to) ?? rootPath)
      const file = await tree.lock([place.row.id], () => this.#bringBack(place, trash, { item, stat, name: nameOf(to), keepBoth }))
      return { file, ownerId: item.ownerId }
    })
    tree.publish(file.parentId, { changed: [file] })
    this.publish([ownerId])
    return file
  }

  async #openOrMake(folder: StoragePath): Promise<Place> {
    const { tree } = this.deps
    for (let depth = 2; depth <= folder.segments.length; depth++) {
      const parent = { text: `/${folder.segments.slice(0, depth - 1).join('/')}`, segments: folder.segments.slice(0, depth - 1) }
      const name = folder.segments[depth - 1] ?? ''
      try {
        await using _there = await tree.open(childPath(parent, name), 'to')
      } catch (error) {
        if (!(error instanceof FileNotFound)) throw error
        try {
          await makeFolder(tree, parent, name, null)
        } catch (failure) {
          if (!(failure instanceof NameTaken)) throw failure
        }
      }
    }
    return await tree.open(folder, 'to')
  }

  async #bringBack(place: Place, trash: OpenFolder, wish: Homecoming): Promise<StoredFile> {
    const { tree } = this.deps
    const { database } = tree.deps
    const { item, stat } = wish
    const name = await this.#moveOut(place, trash, wish)
    try {
      await place.folder.sync()
      await trash.sync()
      const row = await database.$transaction((transaction) => returnRow(tree, transaction, { place, item, name, stat }))
      return tree.describe(place, row)
    } catch (error) {
      await place.folder.moveOver(name, trash, item.id)
      await database.trashItem.updateMany({ where: { id: item.id }, data: { state: 'KEPT', restorePath: null } })
      throw error
    }
  }

  /** Returns the name that it got. */
  async #moveOut(place: Place, trash: OpenFolder, { item, name: wanted, keepBoth }: Homecoming): Promise<string> {
    const { tree } = this.deps
    const { database } = tree.deps
    for (let count = 1; ; count++) {
      const name = numberedName(wanted, count, item.isFolder)
      if (await place.folder.look(name)) {
        if (keepBoth) continue
        throw new NameTaken(name, 'to')
      }
      const restorePath = childPath(place.path, name).text
      await database.trashItem.update({ where: { id: item.id }, data: { state: 'RESTORING', restorePath } })
      try {
        await tree.change(place, () => trash.moveTo(item.id, place.folder, name, item.isFolder ? 'folder' : 'file'))
        return name
      } catch (error) {
        // Somebody took the name a moment ago.
        if (error instanceof NameTaken && keepBoth) continue
        await database.trashItem.update({ where: { id: item.id }, data: { state: 'KEPT', restorePath: null } })
        throw error
      }
    }
  }

  /** Removes items for good: they leave the trash at once, their bytes follow as those of any deletion. Returns those that were there. */
  async discard(ids: readonly string[], cause: RemovalCause | null): Promise<TrashRow[]> {
    const { removals, tree } = this.deps
    const { database, jail } = tree.deps
    const gone = await this.#locks.runAll(ids, async () => {
      const rows = await database.trashItem.findMany({ where: { id: { in: [...ids] }, state: 'KEPT' } })
      if (rows.length === 0) return rows
      await using trash = await this.open()
      await using removing = await jail.walk(Removals.path)
      for (const { id } of rows) await leave(trash, id, removing)
      await removing.sync()
      await trash.sync()
      await database.$transaction((transaction) => dropRows(transaction, rows))
      return rows
    })
    if (gone.length === 0) return gone
    removals.wake(cause)
    this.publish(gone.map(({ ownerId }) => ownerId))
    return gone
  }

  /** Discards all that stood below the path: its home is removed for good. */
  async discardBelow(path: StoragePath): Promise<void> {
    for (;;) {
      const rows = await this.deps.tree.deps.database.trashItem.findMany({
        where: { path: { startsWith: `${path.text}/` }, state: 'KEPT' },
        select: { id: true },
        take: 100,
      })
      if (rows.length === 0) return
      const ids = rows.map(({ id }) => id)
      const gone = await this.discard(ids, null)
      // Somebody restores the last of them at this moment.
      if (gone.length === 0) return
    }
  }

  /** What stood below `from` stood below `to` from now on: a home got another name or place. */
  async redirect(from: StoragePath, to: StoragePath): Promise<void> {
    const start = `${from.text}/`
    await this.deps.tree.deps.database
      .$executeRaw`UPDATE "TrashItem" SET "path" = ${`${to.text}/`} || substr("path", ${start.length + 1}) WHERE substr("path", 1, ${start.length}) = ${start}`
  }

  /** Trashes have another owner, or none: only administrators see those. */
  async changeOwner(fromId: string, toId: string | null): Promise<void> {
    await this.deps.tree.deps.database.trashItem.updateMany({ where: { ownerId: fromId }, data: { ownerId: toId } })
    this.publish([toId])
  }

  publish(ownerIds: readonly (string | null)[]): void {
    const { bus, clock } = this.deps.tree.deps
    const at = clock.now()
    for (const key of new Set([everybody, ...ownerIds])) if (key !== null) bus.publish(trashChanged, key, { at })
  }
}

interface Homecoming {
  readonly item: TrashRow
  readonly stat: BigIntStats
  readonly name: string
  readonly keepBoth: boolean
}

/** The entry stands in the trash: its row says so, and the item is complete. */
export async function keepRows(transaction: DatabaseTransaction, itemId: string, entryId: number | null): Promise<void> {
  // No identity: nothing that a shell makes in the tree is taken for it.
  const data = { parentId: trashedId, name: itemId, identity: '' }
  const { count } = await transaction.fileEntry.updateMany({ where: { id: entryId ?? trashedId }, data })
  await transaction.trashItem.update({ where: { id: itemId }, data: { state: 'KEPT', ...(count === 0 ? { entryId: null } : {}) } })
}

/** The entry stands in the tree again: its row follows, and the item is over. The caller holds the folder's lock. */
export async function returnRow(
  tree: FileTree,
  transaction: DatabaseTransaction,
  { place, item, name, stat }: { readonly place: Place; readonly item: TrashRow; readonly name: string; readonly stat: BigIntStats },
): Promise<EntryRow> {
  const row = item.entryId === null ? null : await transaction.fileEntry.findUnique({ where: { id: item.entryId } })
  await transaction.trashItem.delete({ where: { id: item.id } })
  if (!row) return tree.adoptLocked(place.row, name, stat, transaction)
  await clearRow(transaction, { parentId: place.row.id, name, but: row.id })
  return tree.relocate(transaction, row, place.row, name, stat)
}

/** Items are over, and what they stand for goes with all below it. */
export async function dropRows(transaction: DatabaseTransaction, items: readonly Pick<TrashRow, 'id' | 'entryId'>[]): Promise<void> {
  for (const { entryId } of items) {
    if (entryId !== null && (await transaction.fileEntry.count({ where: { id: entryId, parentId: trashedId } })) > 0)
      await detachRow(transaction, entryId)
  }
  await transaction.trashItem.deleteMany({ where: { id: { in: items.map(({ id }) => id) } } })
}

async function leave(trash: OpenFolder, id: string, removing: OpenFolder): Promise<void> {
  try {
    await trash.moveOver(id, removing, createId())
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error
  }
}

function nameOfActor(actor: Actor): { deletedById: string | null; deletedByName: string } {
  return actor.kind === 'user'
    ? { deletedById: actor.userId, deletedByName: actor.username }
    : { deletedById: null, deletedByName: 'system' }
}
