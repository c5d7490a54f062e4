import type { BigIntStats } from 'node:fs'
import type { DatabaseTransaction } from '../platform/db.ts'
import type { TrashBin } from '../trash/bin.ts'
import { ensureTopFolder, makeFolder, takeOutEntry } from './changes.ts'
import { FileNotFound, NameTaken } from './errors.ts'
import { type FolderMeasure, measureBelow } from './measure.ts'
import { moveEntry } from './moves.ts'
import { nameOf, parentPath, rootPath, type StoragePath } from './path.ts'
import type { Removals } from './removals.ts'
import { breathe, identityOf, rowsPerStatement } from './rows.ts'
import type { FileTree } from './tree.ts'
import type { UploadsService } from './uploads.ts'
import type { FolderWatcher } from './watcher.ts'

export interface HomeFoldersDeps {
  readonly tree: FileTree
  readonly watcher: FolderWatcher
  readonly removals: Removals
  readonly uploads: UploadsService
  readonly trash: Pick<TrashBin, 'discardBelow' | 'redirect' | 'changeOwner'>
}

/** How long a folder is counted, in milliseconds. */
const longestCount = 5_000

/**
 * The homes of accounts as folders, for the users domain, which decides who may. Each change can be repeated after a stop
 * at any point: what has happened already is found out from the disk.
 */
export class HomeFolders {
  readonly #deps: HomeFoldersDeps

  constructor(deps: HomeFoldersDeps) {
    this.#deps = deps
  }

  /** Makes the folder, where nothing may stand yet. Throws NAME_TAKEN. */
  async make(name: string, ownerId: string): Promise<void> {
    await makeFolder(this.#deps.tree, rootPath, name, ownerId)
  }

  /** Makes the folder, or sets the owner of the one that is there. Throws NOT_A_FOLDER. */
  ensure(name: string, ownerId: string | null): Promise<void> {
    return ensureTopFolder(this.#deps.tree, name, ownerId)
  }

  /** What stands at the path, links and special files too; null when it is free. */
  async look(path: StoragePath): Promise<BigIntStats | null> {
    try {
      await using place = await this.#deps.tree.open(parentPath(path) ?? rootPath)
      return await place.folder.look(nameOf(path))
    } catch (error) {
      if (error instanceof FileNotFound) return null
      throw error
    }
  }

  /** The first of `name`, `name (2)`, `name (3)` … that is free in the folder. */
  async freeName(folder: StoragePath, name: string): Promise<string> {
    await using place = await this.#deps.tree.open(folder)
    for (let count = 1; ; count++) {
      const candidate = count === 1 ? name : `${name} (${count})`
      if (!(await place.folder.look(candidate))) return candidate
    }
  }

  /**
   * Moves a folder with everything in it; its rows keep their ids. Says `absent` when nothing is at `from`. `again` when a
   * stop may have come into the middle of the same move: then what it left behind is put right first.
   * Throws NAME_TAKEN, FILE_NOT_FOUND (no folder to move into), STORAGE_READ_ONLY, UNAVAILABLE.
   */
  async move(from: StoragePath, to: StoragePath, again: boolean): Promise<'moved' | 'absent'> {
    const { trash, tree, watcher } = this.#deps
    if (again) await this.#putRight(from, to)
    let moved: Awaited<ReturnType<typeof moveEntry>>
    try {
      moved = await moveEntry(tree, { from, to, replace: false, by: { id: null, name: 'system' } })
    } catch (error) {
      if (!(error instanceof FileNotFound && error.field === 'from')) throw error
      await trash.redirect(from, to)
      return 'absent'
    }
    await trash.redirect(from, to)
    if (moved.from !== moved.to) tree.publish(moved.from, { removed: [moved.file.id] })
    tree.publish(moved.to, { changed: [moved.file] })
    watcher.leave(from)
    return 'moved'
  }

  /** A folder claims its new name with an empty one before it moves there, and the rows follow the disk. */
  async #putRight(from: StoragePath, to: StoragePath): Promise<void> {
    const { tree } = this.#deps
    const [source, target] = [await this.look(from), await this.look(to)]
    await using folder = await tree.open(parentPath(to) ?? rootPath, 'to')
    if (source && target?.isDirectory() && identityOf(source) !== identityOf(target)) {
      await folder.folder.removeFolder(nameOf(to)).catch((error: unknown) => {
        // Not empty: somebody else's. The move says so.
        if (!(error instanceof NameTaken)) throw error
      })
    }
    // Before anything asks for a path: what moved is recognised by its inode and keeps its rows.
    await tree.refresh(folder, true)
  }

  /** Removes the folder for good, with what was deleted from it; its bytes follow in the background. Says `absent` when there is none. */
  async remove(path: StoragePath): Promise<'removed' | 'absent'> {
    const { trash, tree, watcher, removals } = this.#deps
    await trash.discardBelow(path)
    try {
      const file = await takeOutEntry(tree, path)
      tree.publish(file.parentId, { removed: [file.id] })
      watcher.leave(path)
      return 'removed'
    } catch (error) {
      if (error instanceof FileNotFound) return 'absent'
      throw error
    } finally {
      removals.wake()
    }
  }

  /** Counts what is below the path on the disk, for five seconds at most. */
  measure(path: StoragePath): Promise<FolderMeasure> {
    const deadline = performance.now() + longestCount
    return measureBelow(this.#deps.tree.deps.jail, path.segments, () => performance.now() > deadline)
  }

  /** Unfinished uploads into a home go on under its new name. In the transaction that changes the name. */
  async redirectUploads(from: string, to: string, transaction: DatabaseTransaction): Promise<void> {
    const [start, end] = [`/${from}/`, `/${to}/`]
    await transaction.$executeRaw`UPDATE "Upload" SET "path" = ${end} || substr("path", ${start.length + 1}) WHERE substr("path", 1, ${start.length}) = ${start}`
  }

  /** How many uploads of the account have begun and not ended. */
  countUploads(ownerId: string): Promise<number> {
    return this.#deps.tree.deps.database.upload.count({ where: { ownerId, state: 'RECEIVING' } })
  }

  /** Ends all uploads of the account and gives their space back. */
  async dropUploads(ownerId: string): Promise<void> {
    const { uploads } = this.#deps
    const { database } = this.#deps.tree.deps
    await using spool = await uploads.spool.open()
    for (;;) {
      const rows = await database.upload.findMany({ where: { ownerId, state: 'RECEIVING' }, take: rowsPerStatement })
      if (rows.length === 0) break
      for (const row of rows) await uploads.discard(row, spool, 'CANCELLED', null)
    }
    await database.upload.deleteMany({ where: { ownerId } })
  }

  /** What the account owned belongs to another from now on, or to nobody: rows keep no id of who is gone. Its trash as well. */
  async changeOwner(fromId: string, toId: string | null): Promise<void> {
    await this.#deps.trash.changeOwner(fromId, toId)
    const { database } = this.#deps.tree.deps
    const { _max } = await database.fileEntry.aggregate({ _max: { id: true } })
    // By ranges of ids: there is no index by owner, and libsql lets nothing else run during a statement.
    const step = 20_000
    for (let after = -1; after <= (_max.id ?? -1); after += step) {
      await database.fileEntry.updateMany({ where: { id: { gt: after, lte: after + step }, ownerId: fromId }, data: { ownerId: toId } })
      await breathe()
    }
  }
}
