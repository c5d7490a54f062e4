import type { BigIntStats } from 'node:fs'
import { FileNotFound, PathOutsideStorage } from '../files/errors.ts'
import { microsOf } from '../files/model.ts'
import type { OpenFolder } from '../files/open-folder.ts'
import { describes, type EntryRow, identityOf } from '../files/rows.ts'
import type { FileTree } from '../files/tree.ts'
import type { JobRun } from '../jobs/kind.ts'
import { Problem } from '../platform/errors.ts'
import { type Damages, damageOf } from './damages.ts'
import { type FileDamage, nothingCounted, type ScrubCounts } from './model.ts'
import type { Quarantine } from './quarantine.ts'
import type { DiskReader, Reading } from './reader.ts'
import type { ScrubCheckpoint } from './scrub-job.ts'
import { type FoundFile, filesInOrder } from './scrub-walk.ts'

/** What is done again after a kill is at most so much reading. */
const saveEveryMs = 2_000

export interface ScrubDeps {
  readonly tree: FileTree
  readonly damages: Damages
  readonly quarantine: Quarantine
  readonly createReader: () => DiskReader
  readonly settings: () => { readonly megabytesPerSecond: number; readonly quarantine: boolean }
  /** Puts a good copy from elsewhere in the place of a damaged file; false where there is none. */
  readonly repair?: (damage: FileDamage) => Promise<boolean>
}

/** One reading of all files, from its beginning or from where the last attempt stopped. */
export class ScrubRun {
  readonly #deps: ScrubDeps
  readonly #run: JobRun<object, ScrubCheckpoint>
  readonly #reader: DiskReader
  #counts: ScrubCounts
  /** Of the last whole reading: how much there will be, about. */
  #expectedBytes: number | null = null
  #lastBegun: Date | null = null
  #savedAt = performance.now()

  constructor(deps: ScrubDeps, run: JobRun<object, ScrubCheckpoint>) {
    this.#deps = deps
    this.#run = run
    this.#reader = deps.createReader()
    this.#counts = run.checkpoint?.counts ?? nothingCounted
  }

  async execute(): Promise<ScrubCounts> {
    const { checkpoint, jobId, signal } = this.#run
    const { database, clock } = this.#deps.tree.deps
    const last = await database.fileScrub.findFirst({ where: { NOT: { endedAt: null } }, orderBy: { endedAt: 'desc' } })
    this.#expectedBytes = last ? Number(last.bytes) : null
    this.#lastBegun = last?.startedAt ?? null
    const begun = { startedAt: clock.now(), endedAt: null, ...rowOf(this.#counts) }
    await database.fileScrub.upsert({ where: { id: jobId }, create: { id: jobId, ...begun }, update: {} })
    this.#deps.damages.tell()
    const onUnreadable = async (path: string, problem: Problem) => this.#unreadable(path, problem.message)
    for await (const found of filesInOrder(this.#deps.tree, checkpoint?.after ?? null, onUnreadable)) {
      signal.throwIfAborted()
      await this.#look(found)
      if (performance.now() - this.#savedAt > saveEveryMs) await this.#save(found.path.segments)
    }
    await this.#lookAtQuarantine()
    await this.#closeOrphans()
    await database.fileScrub.update({ where: { id: jobId }, data: { endedAt: clock.now(), ...rowOf(this.#counts) } })
    this.#deps.damages.tell()
    return this.#counts
  }

  async #save(after: readonly string[]): Promise<void> {
    const { jobId } = this.#run
    await this.#run.save({ after: [...after], counts: this.#counts })
    await this.#deps.tree.deps.database.fileScrub.update({ where: { id: jobId }, data: rowOf(this.#counts) })
    this.#savedAt = performance.now()
  }

  async #look({ name, path, place, stat }: FoundFile): Promise<void> {
    const { tree } = this.#deps
    // As it stood before it is looked at: what others have changed is brought up to date by that.
    const { database } = tree.deps
    const before = await database.fileEntry.findUnique({ where: { parentId_name: { parentId: place.row.id, name } } })
    const row = await tree.adopt(place.row, name, stat)
    const reading = await this.#read(place.folder, name, path.text)
    if (!reading) return
    const { stat: now, sha256 } = reading
    if (!now || !describes(row, now))
      return this.#unreadable(path.text, 'It was changed while it was being read; the next reading will look at it.')
    this.#add({ files: 1 })
    if (row.sha256 === sha256) return this.#right(row.id, path.text)
    if (row.sha256 === null) return this.#first(row, before, now, sha256, path.text)
    // Once more: what reads differently each time was not lost on the disk.
    const again = await this.#read(place.folder, name, path.text)
    if (!again?.stat) return
    if (again.sha256 === row.sha256) {
      await this.#run.log('WARNING', `${path.text} read wrong once and right the next time: look after memory, cables and controller.`)
      return this.#right(row.id, path.text)
    }
    await this.#damaged(row, again.stat, again.sha256, path.text)
  }

  /** Null for what is not there any more, or is not given back by the disk. */
  async #read(folder: OpenFolder, name: string, item: string): Promise<Reading | null> {
    const { progress, signal } = this.#run
    const onBytes = (count: number) => {
      this.#add({ bytes: count })
      const { bytes } = this.#counts
      const total = this.#expectedBytes === null ? null : Math.max(this.#expectedBytes, bytes)
      progress({ done: bytes, total, unit: 'BYTES', item })
    }
    const rate = () => this.#deps.settings().megabytesPerSecond * 1e6
    try {
      const reading = await this.#reader.read(folder, name, { signal, rate, onBytes })
      this.#add({ directBytes: reading.directBytes })
      return reading
    } catch (error) {
      signal.throwIfAborted()
      if (error instanceof FileNotFound || error instanceof PathOutsideStorage) return null
      const code = error instanceof Error && 'code' in error ? String(error.code) : null
      if (!(error instanceof Problem) && code === null) throw error
      await this.#unreadable(item, error instanceof Problem ? error.message : `The disk reported ${code}.`)
      return null
    }
  }

  async #right(entryId: number, path: string): Promise<void> {
    const { damages } = this.#deps
    const open = await damages.openOf(entryId)
    if (!open) return
    await damages.settle(this.#run.actor, { ...open, path }, 'RESOLVED', { action: 'integrity.resolve' })
    await this.#run.log('INFO', `${path} is right again.`)
  }

  async #first(row: EntryRow, before: EntryRow | null, stat: BigIntStats, sha256: string, path: string): Promise<void> {
    // Only if it is still that content.
    const where = { id: row.id, size: stat.size, modifiedMicros: microsOf(stat.mtimeNs), identity: identityOf(stat), sha256: null }
    await this.#deps.tree.deps.database.fileEntry.updateMany({ where, data: { sha256 } })
    // A listing in between forgets the old checksum. What is older than the last reading was read by it, and had one.
    const wasRead = this.#lastBegun !== null && stat.birthtimeNs > 0n && Number(stat.birthtimeMs) < this.#lastBegun.getTime()
    if (before?.sha256 || wasRead) {
      this.#add({ changed: 1 })
      await this.#run.log('INFO', `${path} was changed by others since it was last read; it has a new checksum.`)
    } else this.#add({ firstReadings: 1 })
    await this.#right(row.id, path)
  }

  async #damaged(row: EntryRow, stat: BigIntStats, found: string, path: string): Promise<void> {
    const { damages, quarantine, repair, settings } = this.#deps
    const touchedAt = new Date(Number(stat.ctimeMs))
    const facts = { entryId: row.id, path, expected: row.sha256 ?? '', found, size: Number(stat.size), touchedAt }
    const { damage, isNew } = await damages.note(this.#run.actor, facts)
    this.#add({ damaged: 1 })
    await this.#run.log('ERROR', `${path} is damaged: its content is not what its checksum says${isNew ? '' : ', as before'}.`)
    if (await repair?.(damage)) {
      await damages.settle(this.#run.actor, damage, 'RESOLVED', { action: 'integrity.resolve' })
      await this.#run.log('INFO', `${path} was replaced by a good copy.`)
    } else if (settings().quarantine) {
      await quarantine.take(this.#run.actor, damage)
      await this.#run.log('WARNING', `${path} is in quarantine.`)
    }
  }

  /** What reads right again by now goes back to its place. */
  async #lookAtQuarantine(): Promise<void> {
    const { quarantine, tree } = this.#deps
    const rows = await tree.deps.database.fileDamage.findMany({ where: { state: 'QUARANTINED' }, orderBy: { id: 'asc' }, take: 1_000 })
    for (const row of rows) {
      const damage = damageOf(row)
      const reading = await quarantine.within((folder) => this.#read(folder, damage.id, damage.path))
      if (reading?.sha256 !== damage.expected) continue
      try {
        await quarantine.giveBack(this.#run.actor, damage, 'RESOLVED')
        await this.#run.log('INFO', `${damage.path} is right again, and back from quarantine.`)
      } catch (error) {
        if (!(error instanceof Problem)) throw error
        await this.#run.log('WARNING', `${damage.path} is right again in quarantine, but cannot go back: ${error.message}`)
      }
    }
  }

  /** Of files that are gone nothing is damaged any more. */
  async #closeOrphans(): Promise<void> {
    const { database } = this.#deps.tree.deps
    const rows = await database.fileDamage.findMany({ where: { state: 'OPEN' }, take: 1_000 })
    for (const row of rows) {
      if ((await database.fileEntry.count({ where: { id: row.entryId, parentId: { gte: 0 } } })) > 0) continue
      await this.#deps.damages.settle(this.#run.actor, damageOf(row), 'RESOLVED', { action: 'integrity.resolve' })
    }
  }

  async #unreadable(path: string, why: string): Promise<void> {
    this.#add({ unreadable: 1 })
    await this.#run.log('WARNING', `${path} could not be read: ${why}`)
  }

  #add(more: Partial<ScrubCounts>): void {
    const counts: { -readonly [Name in keyof ScrubCounts]: number } = { ...this.#counts }
    for (const key of Object.keys(more) as (keyof ScrubCounts)[]) counts[key] += more[key] ?? 0
    this.#counts = counts
  }
}

function rowOf({ bytes, directBytes, ...counts }: ScrubCounts) {
  return { ...counts, bytes: BigInt(bytes), directBytes: BigInt(directBytes) }
}
