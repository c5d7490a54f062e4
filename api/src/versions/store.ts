import type { Actor } from '../auth/model.ts'
import { FileNotFound, NotAFile } from '../files/errors.ts'
import type { Jail } from '../files/jail.ts'
import { rootId, type StoredFile } from '../files/model.ts'
import type { OpenFolder } from '../files/open-folder.ts'
import { nameOf, parentPath, rootPath, type StoragePath } from '../files/path.ts'
import { Removals } from '../files/removals.ts'
import { authorOf, replaceFile, type VersionKeeping, versionsPath } from '../files/replacing.ts'
import { rowsPerStatement } from '../files/rows.ts'
import type { FileTree } from '../files/tree.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import type { Log } from '../platform/log.ts'
import { VersionNotFound } from './errors.ts'
import type { VersionRow } from './model.ts'
import { superfluous } from './rules.ts'
import { keepsAny, type VersionRules } from './settings.ts'

/** How long after a replacement a file's versions are looked through, in milliseconds: one that is written often is done once. */
const trimAfterMs = 1_000

export interface VersionStoreDeps {
  readonly database: Database
  readonly jail: Jail
  readonly clock: Clock
  readonly log: Log
  readonly rules: () => VersionRules
}

/** Where old contents are kept: files of their own under names that no path leads to. Knows no permission. */
export class VersionStore implements VersionKeeping {
  readonly deps: VersionStoreDeps
  readonly #untrimmed = new Set<number>()
  #timer: NodeJS.Timeout | null = null
  #trimming: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(deps: VersionStoreDeps) {
    this.deps = deps
  }

  isOn(): boolean {
    return keepsAny(this.deps.rules())
  }

  onKept(entryId: number): void {
    this.#untrimmed.add(entryId)
    if (this.#stopped || this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = null
      this.#trimming = this.#trimming.then(() => this.#trimAll())
    }, trimAfterMs)
    this.#timer.unref()
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    await this.#trimming
  }

  async #trimAll(): Promise<void> {
    try {
      for (const id of this.#untrimmed) {
        this.#untrimmed.delete(id)
        if (!this.#stopped) await this.trim(id)
      }
    } catch (err) {
      this.deps.log.warn({ err }, 'versions that are too many could not be removed; the next daily look does it')
    }
  }

  /** Removes what the rules let go of one file. Returns what went. */
  async trim(entryId: number): Promise<VersionRow[]> {
    const { clock, database, rules } = this.deps
    const rows = await database.fileVersion.findMany({
      where: { entryId, state: 'KEPT' },
      orderBy: [{ replacedAt: 'desc' }, { number: 'desc' }],
    })
    const going = superfluous(rows, rules(), clock.now())
    for (let at = 0; at < going.length; at += rowsPerStatement) await this.discard(going.slice(at, at + rowsPerStatement))
    return going
  }

  open(): Promise<OpenFolder> {
    return this.deps.jail.walk(versionsPath)
  }

  /** Removes versions for good. Their rows go first: bytes without a row are found by the daily look, and nobody is shown what is gone. */
  async discard(rows: readonly Pick<VersionRow, 'id' | 'storedAs'>[]): Promise<void> {
    if (rows.length === 0) return
    await using folder = await this.open()
    await using removing = await this.deps.jail.walk(Removals.path)
    await this.deps.database.fileVersion.deleteMany({ where: { id: { in: rows.map(({ id }) => id) } } })
    for (const { storedAs } of rows) {
      try {
        await folder.moveOver(storedAs, removing, createId())
      } catch (error) {
        if (!(error instanceof FileNotFound)) throw error
      }
    }
  }

  /** All versions of these entries: their rows are about to go. Returns how many that were. */
  async discardOf(entryIds: readonly number[]): Promise<number> {
    for (let count = 0; ; ) {
      const rows = await this.deps.database.fileVersion.findMany({ where: { entryId: { in: [...entryIds] } }, take: rowsPerStatement })
      if (rows.length === 0) return count
      await this.discard(rows)
      count += rows.length
    }
  }

  /** Makes a version the content again; what is there now becomes a version. Throws FILE_NOT_FOUND, NOT_A_FILE, VERSION_NOT_FOUND. */
  async restore(tree: FileTree, actor: Actor, path: StoragePath, number: number): Promise<StoredFile> {
    const { database } = this.deps
    await using place = await tree.open(parentPath(path) ?? rootPath)
    await using folder = await this.open()
    const file = await tree.lock([place.row.id], async () => {
      const name = nameOf(path)
      const taken = await place.folder.look(name)
      if (!taken) throw new FileNotFound(path.text)
      if (!taken.isFile()) throw new NotAFile(path.text)
      const entry = await tree.adoptLocked(place.row, name, taken)
      const version = await database.fileVersion.findFirst({ where: { entryId: entry.id, number, state: 'KEPT' } })
      if (!version || !(await folder.look(version.storedAs))) throw new VersionNotFound(number)
      await database.fileVersion.update({ where: { id: version.id }, data: { state: 'RESTORING' } })
      try {
        const arrive = () => folder.moveOver(version.storedAs, place.folder, name)
        const replaced = await replaceFile(tree, { place, name, taken, by: authorOf(actor) }, arrive)
        await place.folder.sync()
        await folder.sync()
        const stat = await place.folder.look(name)
        if (!stat) throw new FileNotFound(path.text)
        const row = await database.$transaction(async (transaction) => {
          const { id } = await tree.adoptLocked(place.row, name, stat, transaction)
          await replaced.settle(transaction, id)
          await transaction.fileVersion.delete({ where: { id: version.id } })
          return transaction.fileEntry.update({ where: { id }, data: { sha256: version.sha256 } })
        })
        return tree.describe(place, row)
      } catch (error) {
        if (await folder.look(version.storedAs).catch(() => null))
          await database.fileVersion.updateMany({ where: { id: version.id }, data: { state: 'KEPT' } })
        throw error
      }
    })
    tree.publish(file.parentId, { changed: [file] })
    return file
  }

  /** Where the file of a row stands; null for one that is in the trash, or that no row leads to any more. */
  async placeOf(entryId: number): Promise<{ readonly segments: readonly string[]; readonly name: string } | null> {
    const segments: string[] = []
    for (let id = entryId; id !== rootId; ) {
      const row = await this.deps.database.fileEntry.findUnique({ where: { id }, select: { parentId: true, name: true } })
      if (!row || segments.length > 2_048) return null
      segments.unshift(row.name)
      id = row.parentId
    }
    const name = segments.pop()
    return name === undefined ? null : { segments, name }
  }
}
