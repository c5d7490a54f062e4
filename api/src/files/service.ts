import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { AuditRecord } from '../audit/model.ts'
import type { Actor } from '../auth/model.ts'
import { type Reader, startingWith } from '../platform/bus.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { ensureTopFolder, makeFolder, takeOutEntry } from './changes.ts'
import { NameTaken } from './errors.ts'
import { cursorOf, readPage } from './listing.ts'
import { type FileOrder, type FolderDelta, folderChanged, rootId, type StoredFile } from './model.ts'
import { moveEntry } from './moves.ts'
import { kindOf } from './open-folder.ts'
import { childPath, nameOf, parentPath, parsePath, reservedName, rootPath, type StoragePath } from './path.ts'
import {
  mayChange,
  maySee,
  mayWriteInto,
  requireChange,
  requireLook,
  requireSee,
  requireWritable,
  requireWriteInto,
  sharedName,
  visibleTopNames,
} from './policy.ts'
import type { Removals } from './removals.ts'
import { authorOf } from './replacing.ts'
import { describes, type ListedRow } from './rows.ts'
import { whenSessionEnds } from './session-end.ts'
import { mapped } from './streams.ts'
import type { FileTree, Place } from './tree.ts'
import type { FolderWatcher } from './watcher.ts'

/** Writes down who did what; AuditService does. */
export interface AuditPort {
  record(actor: Actor, record: AuditRecord): Promise<void>
}

export interface FilesServiceDeps {
  readonly tree: FileTree
  readonly watcher: FolderWatcher
  readonly removals: Removals
  /** Takes in what is deleted and may be wanted back. */
  readonly trash: { put(actor: Actor, path: StoragePath): Promise<StoredFile> }
  readonly audit: AuditPort
  readonly log: Log
}

export interface ListRequest {
  readonly order: FileOrder
  /** 1 to 501. */
  readonly limit: number
  readonly after: string | null
  readonly offset: number
}

export interface ListedFile {
  readonly file: StoredFile
  readonly cursor: string
}

export interface FileList {
  readonly files: ListedFile[]
  readonly totalCount: number
}

/** What changed in a folder; the first frame says what to do first: read it. */
export interface FolderFrame extends FolderDelta {
  readonly path: string
}

export interface OpenedFile {
  /** Close it. */
  readonly handle: FileHandle
  readonly stat: BigIntStats
  readonly file: StoredFile
}

/** The files of the storage, for whoever asks. Paths are what a client sent; each method checks them. */
export class FilesService {
  readonly #deps: FilesServiceDeps

  constructor(deps: FilesServiceDeps) {
    this.#deps = deps
  }

  /** Makes the server's own folders and `Shared`, and goes on with deletions a stop interrupted. Call once, before anything else. */
  async start(): Promise<void> {
    const { jail } = this.#deps.tree.deps
    await using root = await jail.openRoot()
    await makeFolderOnce(() => root.makeFolder(reservedName))
    await using own = await root.openFolder(reservedName)
    for (const name of ['spool', 'removing', 'trash', 'versions']) await makeFolderOnce(() => own.makeFolder(name))
    await this.#deps.tree.prepare()
    await this.ensureShared()
    this.#deps.removals.wake()
  }

  async stop(): Promise<void> {
    this.#deps.watcher.close()
    await this.#deps.removals.stop()
  }

  /** Children of a folder, folders first. Errors: FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, INVALID_INPUT. */
  async list(actor: Actor, pathText: string, request: ListRequest): Promise<FileList> {
    const path = parsePath(pathText)
    requireSee(actor, path)
    if (request.after !== null && request.offset !== 0) throw new InvalidInput('Give after or offset, not both.', 'offset')
    if (request.offset < 0) throw new InvalidInput('An offset is not negative.', 'offset')
    const { tree } = this.#deps
    await using place = await tree.open(path)
    await tree.refresh(place)
    const names = place.row.id === rootId ? visibleTopNames(actor) : null
    let page = await readPage(tree.deps.database, place.row.id, { ...request, names })
    if (!(await this.#verify(place, page.rows))) {
      await tree.refresh(place, true)
      page = await readPage(tree.deps.database, place.row.id, { ...request, names })
    }
    return {
      files: page.rows.map((row) => ({ file: tree.describe(place, row), cursor: cursorOf(row, request.order) })),
      totalCount: page.totalCount,
    }
  }

  /**
   * A folder's change time says nothing about what is written into its files: the entries of a page are looked at each
   * time and brought up to date. False when one is no longer what its row says it is.
   */
  async #verify(place: Place, rows: ListedRow[]): Promise<boolean> {
    const stats = await place.folder.lookAll(rows.map((row) => row.name))
    for (const [index, row] of rows.entries()) {
      const stat = stats[index]
      if (!stat || stat.isDirectory() !== row.isFolder || (kindOf(stat) !== 'file' && kindOf(stat) !== 'folder')) return false
      if (!describes(row, stat)) rows[index] = await this.#deps.tree.adopt(place.row, row.name, stat)
    }
    return true
  }

  /** The file or folder at the path; null when there is none that the actor may see. */
  async find(actor: Actor, pathText: string): Promise<StoredFile | null> {
    const path = parsePath(pathText)
    requireLook(actor)
    return maySee(actor, path) ? this.#deps.tree.find(path) : null
  }

  /** Opens a file to read its bytes. Errors: FILE_NOT_FOUND, NOT_A_FILE, PATH_OUTSIDE_STORAGE. */
  async openForReading(actor: Actor, pathText: string): Promise<OpenedFile> {
    const path = parsePath(pathText)
    requireSee(actor, path)
    const { tree } = this.#deps
    await using place = await tree.open(parentPath(path) ?? rootPath)
    const { handle, stat } = await place.folder.openFile(nameOf(path) || '.')
    try {
      return { handle, stat, file: tree.describe(place, await tree.adopt(place.row, nameOf(path), stat)) }
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Runs `stop` when the actor's session ends while bytes are sent to them. Returns how to stop waiting. */
  whenSessionEnds(actor: Actor, stop: () => void): () => void {
    return whenSessionEnds(this.#deps.tree.deps.bus, actor, stop)
  }

  /** Space of the file system that the storage is on, in bytes. */
  async storage(actor: Actor): Promise<{ used: number; total: number; free: number }> {
    requireSee(actor, rootPath)
    await using root = await this.#deps.tree.deps.jail.openRoot()
    const { bsize, blocks, bfree, bavail } = await root.space()
    return { used: (blocks - bfree) * bsize, total: blocks * bsize, free: bavail * bsize }
  }

  /** Whether the actor may change this file, or what is in this folder. */
  mayWrite(actor: Actor, file: StoredFile): boolean {
    const path = parsePath(file.path)
    return file.isFolder ? mayWriteInto(actor, path) : mayChange(actor, path)
  }

  /** Errors: NAME_TAKEN, FILE_NOT_FOUND (no such parent), NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, FORBIDDEN, STORAGE_FULL. */
  async createFolder(actor: Actor, pathText: string): Promise<StoredFile> {
    return this.#audited(actor, 'files.createFolder', pathText, async () => {
      const path = parsePath(pathText)
      const parent = parentPath(path)
      if (!parent) throw new NameTaken('/')
      requireWriteInto(actor, parent)
      return makeFolder(this.#deps.tree, parent, nameOf(path), actor.kind === 'user' ? actor.userId : null)
    })
  }

  /**
   * Renames or moves; with `replace` a file takes the place of a file.
   * Errors: NAME_TAKEN, FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, FORBIDDEN, STORAGE_FULL, INVALID_INPUT.
   */
  async moveFile(actor: Actor, input: { from: string; to: string; replace: boolean }): Promise<StoredFile> {
    return this.#audited(
      actor,
      'files.move',
      input.from,
      async () => {
        const from = parsePath(input.from, 'from')
        const to = parsePath(input.to, 'to')
        requireChange(actor, from, 'from')
        requireWritable(actor, to, 'to')
        requireWriteInto(actor, parentPath(to) ?? rootPath, 'to')
        const moved = await moveEntry(this.#deps.tree, { from, to, replace: input.replace, by: authorOf(actor) })
        const { tree, watcher, removals } = this.#deps
        if (moved.from !== moved.to) tree.publish(moved.from, { removed: [moved.file.id] })
        tree.publish(moved.to, { changed: [moved.file], removed: moved.replaced === null ? [] : [moved.replaced] })
        if (moved.file.isFolder && from.text !== to.text) watcher.leave(from)
        if (moved.replaced !== null) removals.wake({ actor, path: to.text })
        return moved.file
      },
      { to: input.to, replace: input.replace },
    )
  }

  /**
   * Moves an entry to the trash, a folder with all below it; or removes it for good: it leaves the tree at once, its bytes
   * follow in the background, as a job where that takes longer than a second.
   * Returns what it was. Errors: FILE_NOT_FOUND, PATH_OUTSIDE_STORAGE, FORBIDDEN, UNAVAILABLE (on another disk below the storage).
   */
  async deleteFile(actor: Actor, input: { path: string; permanently: boolean }): Promise<StoredFile> {
    const { permanently } = input
    return this.#audited(
      actor,
      'files.delete',
      input.path,
      async () => {
        const path = parsePath(input.path)
        requireChange(actor, path)
        const { tree, removals, trash, watcher } = this.#deps
        const file = permanently ? await takeOutEntry(tree, path) : await trash.put(actor, path)
        tree.publish(file.parentId, { removed: [file.id] })
        if (file.isFolder) watcher.leave(path)
        if (permanently) removals.wake({ actor, path: path.text })
        return file
      },
      { permanently },
    )
  }

  /** Changes of a folder as they happen, from any side; the first frame says: read it. Errors as of `list`. */
  async watchFolder(actor: Actor, pathText: string): Promise<Reader<FolderFrame>> {
    const path = parsePath(pathText)
    requireSee(actor, path)
    const { tree, watcher } = this.#deps
    await using place = await tree.open(path)
    const names = place.row.id === rootId ? visibleTopNames(actor) : null
    const present: FolderDelta = { at: tree.deps.clock.now(), changed: new Map(), removed: new Set(), reset: true, gone: false }
    const reader = tree.deps.bus.watch(folderChanged, String(place.row.id))
    await watcher.hold(place.row.id, path)
    return mapped(
      startingWith(() => present, reader),
      (delta): FolderFrame => {
        // The folder may stand elsewhere by now, where the actor must not look: only what is at this path was allowed.
        if (delta.gone || [...delta.changed.values()].some((file) => file.path !== childPath(path, file.name).text))
          return { at: delta.at, changed: new Map(), removed: new Set(), reset: true, gone: true, path: path.text }
        const changed = names === null ? delta.changed : new Map([...delta.changed].filter(([, file]) => names.includes(file.name)))
        return { ...delta, changed, path: path.text }
      },
      (frame) => frame.gone,
    )
  }

  /** The folder of a user's own files, without regard to a change of name; called again for an existing home it only sets its owner. */
  async ensureHome(user: { readonly id: string; readonly username: string }): Promise<void> {
    await ensureTopFolder(this.#deps.tree, user.username, user.id)
  }

  /** The folder that everybody sees. */
  async ensureShared(): Promise<void> {
    await ensureTopFolder(this.#deps.tree, sharedName, null)
  }

  async #audited(
    actor: Actor,
    action: string,
    target: string,
    run: () => Promise<StoredFile>,
    details: AuditRecord['details'] = {},
  ): Promise<StoredFile> {
    const record = (result: string) =>
      this.#deps.audit.record(actor, {
        action,
        target: target.slice(0, 4_096).toWellFormed().replaceAll('\u0000', '\ufffd'),
        result,
        details,
      })
    try {
      const file = await run()
      await record('ok')
      return file
    } catch (error) {
      if (error instanceof Problem) await record(error.code)
      throw error
    }
  }
}

async function makeFolderOnce(make: () => Promise<void>): Promise<void> {
  try {
    await make()
  } catch (error) {
    if (!(error instanceof NameTaken)) throw error
  }
}
