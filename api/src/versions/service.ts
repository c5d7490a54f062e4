import type { AuditRecord } from '../audit/model.ts'
import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin } from '../auth/policy.ts'
import { FileNotFound, NotAFile } from '../files/errors.ts'
import type { StoredFile } from '../files/model.ts'
import { parsePath } from '../files/path.ts'
import { mayLook, requireChange, requireSee } from '../files/policy.ts'
import type { Removals } from '../files/removals.ts'
import type { OpenedFile } from '../files/service.ts'
import type { FileTree } from '../files/tree.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import type { SettingsService } from '../settings/service.ts'
import { VersionNotFound } from './errors.ts'
import { type FileVersion, type VersionTotals, versionOf } from './model.ts'
import { type VersionRules, versionRules } from './settings.ts'
import type { VersionStore } from './store.ts'

/** What a caller has found by its path. */
export type VersionedFile = Pick<StoredFile, 'id' | 'path'>

export interface VersionsServiceDeps {
  readonly tree: FileTree
  readonly store: VersionStore
  readonly removals: Pick<Removals, 'wake'>
  readonly settings: Pick<SettingsService, 'get' | 'set'>
  readonly audit: { record(actor: Actor, record: AuditRecord): Promise<void> }
}

/** What files held before, for whoever may see the files. */
export class VersionsService {
  readonly #deps: VersionsServiceDeps

  constructor(deps: VersionsServiceDeps) {
    this.#deps = deps
  }

  /** False for API keys that may only write. */
  mayList(actor: Actor): boolean {
    return mayLook(actor)
  }

  /** Newest first, those with numbers below `before`. Errors: FILE_NOT_FOUND. */
  async list(actor: Actor, file: VersionedFile, page: { before: number | null; limit: number }): Promise<FileVersion[]> {
    requireSee(actor, parsePath(file.path))
    const rows = await this.#database.fileVersion.findMany({
      where: { entryId: file.id, state: 'KEPT', ...(page.before === null ? {} : { number: { lt: page.before } }) },
      orderBy: { number: 'desc' },
      take: page.limit,
    })
    return rows.map((row) => versionOf(row, file.path))
  }

  /** Of one file. Errors: FILE_NOT_FOUND. */
  async totals(actor: Actor, file: VersionedFile): Promise<VersionTotals> {
    requireSee(actor, parsePath(file.path))
    return this.#count({ entryId: file.id, state: 'KEPT' })
  }

  /** The bytes of a version. Errors: FILE_NOT_FOUND, NOT_A_FILE, VERSION_NOT_FOUND. */
  async openForReading(actor: Actor, pathText: string, number: number): Promise<OpenedFile> {
    const file = await this.#find(actor, pathText)
    if (file.isFolder) throw new NotAFile(file.path)
    const row = await this.#require(file, number)
    await using folder = await this.#deps.store.open()
    try {
      const { handle, stat } = await folder.openFile(row.storedAs)
      return { handle, stat, file: { ...file, size: Number(row.size), modifiedAt: row.modifiedAt, sha256: row.sha256 } }
    } catch (error) {
      throw error instanceof FileNotFound ? new VersionNotFound(number) : error
    }
  }

  /**
   * Makes a version the content of its file again; what the file holds now becomes its newest version.
   * Errors: FILE_NOT_FOUND, NOT_A_FILE, VERSION_NOT_FOUND, FORBIDDEN, STORAGE_FULL, STORAGE_READ_ONLY, UNAVAILABLE.
   */
  async restore(actor: Actor, { path: pathText, version }: { path: string; version: number }): Promise<StoredFile> {
    return this.#audited(actor, 'versions.restore', pathText, version, async () => {
      const path = parsePath(pathText)
      requireChange(actor, path)
      requireNumber(version)
      return this.#deps.store.restore(this.#deps.tree, actor, path, version)
    })
  }

  /** Removes a version for good. Errors: FILE_NOT_FOUND, VERSION_NOT_FOUND, FORBIDDEN, STORAGE_READ_ONLY, UNAVAILABLE. */
  async deleteVersion(actor: Actor, { path: pathText, version }: { path: string; version: number }): Promise<FileVersion> {
    return this.#audited(actor, 'versions.delete', pathText, version, async () => {
      const path = parsePath(pathText)
      requireChange(actor, path)
      const { removals, store, tree } = this.#deps
      const file = await tree.find(path)
      if (!file) throw new FileNotFound(path.text)
      const row = await this.#require(file, version)
      await store.discard([row])
      removals.wake({ actor, path: path.text })
      return versionOf(row, file.path)
    })
  }

  /** Which versions are kept. Administrators only. */
  rules(actor: Actor): VersionRules {
    requireManage(actor)
    return this.#deps.settings.get(versionRules)
  }

  /** Of all files, those in the trash as well. Administrators only. */
  async allTotals(actor: Actor): Promise<VersionTotals> {
    requireManage(actor)
    return this.#count({ state: 'KEPT' })
  }

  /** What is too much by them goes at the next daily look. Administrators only; null for what stays. Errors: FORBIDDEN, INVALID_INPUT. */
  async changeRules(actor: Actor, change: { [Key in keyof VersionRules]: number | null }): Promise<VersionRules> {
    const { audit, settings } = this.#deps
    try {
      requireManage(actor)
      const present = settings.get(versionRules)
      const { last, days, weeks } = change
      return await settings.set(actor, versionRules, {
        last: last ?? present.last,
        days: days ?? present.days,
        weeks: weeks ?? present.weeks,
      })
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action: 'settings.change', target: versionRules.key, result: error.code })
      throw error
    }
  }

  get #database() {
    return this.#deps.tree.deps.database
  }

  async #count(where: { entryId?: number; state: 'KEPT' }): Promise<VersionTotals> {
    const { _count, _sum } = await this.#database.fileVersion.aggregate({ where, _count: true, _sum: { size: true } })
    return { count: _count, size: Number(_sum.size ?? 0n) }
  }

  async #find(actor: Actor, pathText: string): Promise<StoredFile> {
    const path = parsePath(pathText)
    requireSee(actor, path)
    const file = await this.#deps.tree.find(path)
    if (!file) throw new FileNotFound(path.text)
    return file
  }

  async #require(file: StoredFile, number: number) {
    requireNumber(number)
    const row = await this.#database.fileVersion.findFirst({ where: { entryId: file.id, number, state: 'KEPT' } })
    if (!row) throw new VersionNotFound(number)
    return row
  }

  async #audited<T>(actor: Actor, action: string, target: string, version: number, run: () => Promise<T>): Promise<T> {
    const record = (result: string) =>
      this.#deps.audit.record(actor, {
        action,
        target: target.slice(0, 4_096).toWellFormed().replaceAll('\u0000', '\ufffd'),
        result,
        details: { version },
      })
    try {
      const result = await run()
      await record('ok')
      return result
    } catch (error) {
      if (error instanceof Problem) await record(error.code)
      throw error
    }
  }
}

function requireNumber(number: number): void {
  if (!Number.isInteger(number) || number < 1 || number > 2_147_483_647) throw new InvalidInput('Versions have numbers from 1.', 'version')
}

function requireManage(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'settings:manage')
}
