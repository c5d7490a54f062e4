import type { BigIntStats } from 'node:fs'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { FileNotFound } from './errors.ts'
import type { Jail } from './jail.ts'
import { KeyedLock } from './keyed-lock.ts'
import { boundDelta, folderChanged, microsOf, mostChangesPerFrame, rootId, type StoredFile } from './model.ts'
import { kindOf, type OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, rootPath, type StoragePath } from './path.ts'
import type { VersionKeeping } from './replacing.ts'
import {
  describes,
  detachRow,
  type EntryRow,
  factsOf,
  identityOf,
  type ListedRow,
  nameKeys,
  refreshed,
  rowsPerStatement,
  toStoredFile,
} from './rows.ts'
import { readNames, type ScanResult, scanFolder } from './scan.ts'

export interface FileTreeDeps {
  readonly database: Database
  readonly jail: Jail
  readonly bus: Bus
  readonly clock: Clock
  /** Told how many names of a folder cannot be listed, when a reading of it found some. */
  readonly onUnnameable: (path: string, count: number) => void
  /** Without it, what is replaced is gone. */
  readonly versions?: VersionKeeping
}

/** Where an entry is in the tree: the folder on the disk, held, and what is known of it. */
export interface Place extends AsyncDisposable {
  readonly path: StoragePath
  readonly folder: OpenFolder
  readonly row: EntryRow
  /** Who owns everything here, when it is in somebody's home. */
  readonly homeOwner: string | null
}

/** What a new row takes from the one it stands under. */
type ParentRow = Pick<EntryRow, 'id' | 'ownerId'>
/** Nobody owns the top; its row is only read when it is asked for itself. */
const rootParent: ParentRow = { id: rootId, ownerId: null }

/** A change time is only trusted when the folder was read this much later: kernels stamp with a coarse clock. */
const coarseClockMicros = 50_000n
/** Stamps of the server's own changes kept in memory; the oldest is forgotten, which costs one reading of that folder. */
const mostStamps = 10_000

/**
 * The index of the tree, kept in agreement with the disk. Knows no permission: services ask here after they have decided.
 */
export class FileTree {
  readonly deps: FileTreeDeps
  readonly #locks = new KeyedLock<number>()
  /** Change times that the server's own changes left behind, by folder. */
  readonly #ownStamps = new Map<number, bigint>()

  constructor(deps: FileTreeDeps) {
    this.deps = deps
  }

  /** Makes the row of the storage's top. */
  async prepare(): Promise<void> {
    await using root = await this.deps.jail.openRoot()
    const facts = { ...factsOf('', await root.stat()), parentId: -2 }
    await this.deps.database.fileEntry.upsert({
      where: { id: rootId },
      create: { id: rootId, ...facts },
      update: { identity: facts.identity },
    })
  }

  /**
   * Opens a folder with its row; rows that are missing on the way are made. Throws FILE_NOT_FOUND, NOT_A_FOLDER,
   * PATH_OUTSIDE_STORAGE with `field`.
   */
  async open(path: StoragePath, field = 'path'): Promise<Place> {
    let folder = await this.deps.jail.openRoot(field)
    try {
      let row: EntryRow | null = null
      let homeOwner: string | null = null
      for (const name of path.segments) {
        const child = await folder.openFolder(name)
        const parent = folder
        folder = child
        await parent.close()
        row = await this.adopt(row ?? rootParent, name, await child.stat())
        homeOwner ??= row.parentId === rootId ? row.ownerId : null
      }
      row ??= await this.deps.database.fileEntry.findUniqueOrThrow({ where: { id: rootId } })
      const opened = folder
      return { path, folder: opened, row, homeOwner, [Symbol.asyncDispose]: () => opened.close() }
    } catch (error) {
      await folder.close()
      throw error
    }
  }

  /** The file or folder at the path; null when there is none. */
  async find(path: StoragePath): Promise<StoredFile | null> {
    const parent = parentPath(path)
    if (!parent) {
      await using place = await this.open(rootPath)
      return toStoredFile(place.row, '', null)
    }
    let place: Place
    try {
      place = await this.open(parent)
    } catch (error) {
      if (error instanceof FileNotFound) return null
      throw error
    }
    await using held = place
    const stat = await held.folder.look(nameOf(path))
    if (!stat || (kindOf(stat) !== 'file' && kindOf(stat) !== 'folder')) return null
    const row = await this.adopt(held.row, nameOf(path), stat)
    return this.describe(held, row)
  }

  /** The row as whoever asked about `place` sees it. */
  describe(place: Place, row: ListedRow): StoredFile {
    return toStoredFile(row, place.path.text, place.homeOwner ?? (place.row.id === rootId ? row.ownerId : null))
  }

  /** The row of an entry that is on the disk, made or brought up to date when it is not. */
  async adopt(parent: ParentRow, name: string, stat: BigIntStats): Promise<EntryRow> {
    const { database } = this.deps
    const where = { parentId_name: { parentId: parent.id, name } }
    const found = await database.fileEntry.findUnique({ where })
    // A folder's time changes with each of its entries; its row need not follow at every step.
    if (found && (stat.isDirectory() ? found.isFolder && found.identity === identityOf(stat) : describes(found, stat))) return found
    return this.lock([parent.id], () => this.adoptLocked(parent, name, stat))
  }

  /** As `adopt`, for a caller that holds the parent's lock. */
  async adoptLocked(parent: ParentRow, name: string, stat: BigIntStats, transaction?: DatabaseTransaction): Promise<EntryRow> {
    const rows = transaction ?? this.deps.database
    const found = await rows.fileEntry.findUnique({ where: { parentId_name: { parentId: parent.id, name } } })
    if (found && found.isFolder === stat.isDirectory())
      return rows.fileEntry.update({ where: { id: found.id }, data: refreshed(found, name, stat) })
    if (found) await detachRow(rows, found.id)
    return rows.fileEntry.create({ data: { parentId: parent.id, ownerId: parent.ownerId, ...factsOf(name, stat) } })
  }

  /** Nobody else reads or changes these folders through the index meanwhile. */
  lock<T>(folderIds: readonly number[], task: () => Promise<T>): Promise<T> {
    return this.#locks.runAll(folderIds, task)
  }

  /** Reads the folder again if it changed since it was last read, so that its rows can be trusted. */
  async refresh(place: Place, force = false): Promise<void> {
    if (!force && this.#isFresh(place.row, await place.folder.stat())) return
    await this.lock([place.row.id], async () => {
      const { clock, database } = this.deps
      const row = await database.fileEntry.findUnique({ where: { id: place.row.id } })
      if (!row) throw new FileNotFound(place.path.text)
      const stat = await place.folder.stat()
      if (!force && this.#isFresh(row, stat)) return
      const listedAtMicros = BigInt(clock.now().getTime()) * 1_000n
      const isOwnChange = !force && this.#ownStamps.get(row.id) === microsOf(stat.ctimeNs) && (await this.#hasAllRows(place))
      if (!isOwnChange) await this.#scan(place, row)
      // Kept while another change could still hide in the same tick: the next listing then counts again instead of looking at all.
      if (!isOwnChange || listedAtMicros - microsOf(stat.ctimeNs) > coarseClockMicros) this.#ownStamps.delete(row.id)
      await database.fileEntry.update({
        where: { id: row.id },
        data: {
          listedCtimeMicros: microsOf(stat.ctimeNs),
          listedAtMicros,
          ...(row.id === rootId ? {} : { modifiedMicros: microsOf(stat.mtimeNs) }),
        },
      })
    })
  }

  /** Looks again at these names of a folder only: what a watcher was told about. */
  async refreshNames(place: Place, names: readonly string[]): Promise<void> {
    await this.lock([place.row.id], async () => {
      const row = await this.deps.database.fileEntry.findUnique({ where: { id: place.row.id } })
      if (row) await this.#scan(place, row, names)
    })
  }

  #isFresh(row: EntryRow, stat: BigIntStats): boolean {
    return (
      row.listedCtimeMicros === microsOf(stat.ctimeNs) &&
      row.listedAtMicros !== null &&
      row.listedAtMicros - microsOf(stat.ctimeNs) > coarseClockMicros
    )
  }

  /**
   * The last change was the server's own; something else could have changed within the same tick of the kernel's clock.
   * As many names as rows is proof enough, and far cheaper than looking at each.
   */
  async #hasAllRows(place: Place): Promise<boolean> {
    const { names } = await readNames(place.folder, place.row.id === rootId)
    return names.size === (await this.deps.database.fileEntry.count({ where: { parentId: place.row.id } }))
  }

  async #scan(place: Place, row: EntryRow, only?: readonly string[]): Promise<void> {
    const { database, jail, onUnnameable } = this.deps
    let result: ScanResult
    try {
      result = await scanFolder(database, jail, place.folder, row, only)
    } catch (error) {
      // An entry that was moved here was touched by its old folder's reading at the same time: what that wrote is there now.
      if (!(error instanceof Error && 'code' in error && ['P2002', 'P2010', 'P2025'].includes(String(error.code)))) throw error
      result = await scanFolder(database, jail, place.folder, row, only)
    }
    if (result.unnameable > 0) onUnnameable(place.path.text, result.unnameable)
    if (result.changed.length + result.removed.length > 0) await this.#publishScan(place, result)
  }

  async #publishScan(place: Place, { changed, removed }: ScanResult): Promise<void> {
    if (this.deps.bus.readerCount(folderChanged, String(place.row.id)) === 0) return
    if (changed.length + removed.length > mostChangesPerFrame) {
      this.publish(place.row.id, { reset: true })
      return
    }
    const files: StoredFile[] = []
    for (let at = 0; at < changed.length; at += rowsPerStatement) {
      const rows = await this.deps.database.fileEntry.findMany({ where: { id: { in: changed.slice(at, at + rowsPerStatement) } } })
      for (const row of rows) files.push(this.describe(place, row))
    }
    this.publish(place.row.id, { changed: files, removed })
  }

  /** Tells the readers of a folder. */
  publish(
    folderId: number,
    delta: { changed?: readonly StoredFile[]; removed?: readonly number[]; reset?: boolean; gone?: boolean },
  ): void {
    this.deps.bus.publish(
      folderChanged,
      String(folderId),
      boundDelta({
        at: this.deps.clock.now(),
        changed: new Map((delta.changed ?? []).map((file) => [file.id, file])),
        removed: new Set(delta.removed ?? []),
        reset: delta.reset ?? false,
        gone: delta.gone ?? false,
      }),
    )
  }

  /**
   * Does one change of the server's own inside a folder whose lock is held, and remembers the change time it leaves, so
   * that the next listing need not look at every entry. Only when the rows agreed with the disk before.
   */
  async change<T>(place: Place, run: () => Promise<T>): Promise<T> {
    const before = microsOf((await place.folder.stat()).ctimeNs)
    const stamp = this.#ownStamps.get(place.row.id) ?? place.row.listedCtimeMicros
    const result = await run()
    this.#ownStamps.delete(place.row.id)
    if (stamp !== before) return result
    this.#ownStamps.set(place.row.id, microsOf((await place.folder.stat()).ctimeNs))
    const [oldest] = this.#ownStamps.keys()
    if (this.#ownStamps.size > mostStamps && oldest !== undefined) this.#ownStamps.delete(oldest)
    return result
  }

  /** Puts a row under another parent and name. */
  async relocate(transaction: DatabaseTransaction, row: EntryRow, to: EntryRow, name: string, stat: BigIntStats): Promise<EntryRow> {
    return transaction.fileEntry.update({
      where: { id: row.id },
      data: { parentId: to.id, name, ...nameKeys(name, row.isFolder), identity: identityOf(stat), ownerId: row.ownerId ?? to.ownerId },
    })
  }
}
