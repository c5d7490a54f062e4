import { JobStopped } from '../jobs/kind.ts'
import { Problem } from '../platform/errors.ts'
import { checkCopy, requireSpace } from './copy-checks.ts'
import { type CopyIo, SourceFault } from './copy-file.ts'
import type { CopyCheckpoint, CopyDeps, CopyResult, FileCopyRun } from './copy-job.ts'
import { publishCopy } from './copy-publish.ts'
import { wholeName } from './copy-staging.ts'
import { type CopyReport, copyFolder, copyWhole, isCopyOf, measureFile, measureFolder, type Totals, type TreeCopy } from './copy-tree.ts'
import { CopyIncomplete, FileNotFound, StorageFull } from './errors.ts'
import type { OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, parsePath, rootPath, type StoragePath } from './path.ts'
import { requireCopy } from './policy.ts'
import { authorOf } from './replacing.ts'
import { identityOf } from './rows.ts'

/** So many lines about entries that were passed over; the sum stands at the end. */
const mostLines = 200

/** One attempt at a copy. */
export class CopyRun {
  readonly #deps: CopyDeps & { readonly io: CopyIo }
  readonly #run: FileCopyRun
  readonly #from: StoragePath
  readonly #to: StoragePath
  #counts = { files: 0, folders: 0, bytes: 0, skipped: 0, failed: 0 }
  /** Of `#total`: what is there, and what is given up. */
  #done = 0
  #total = 0
  #parts = 0

  constructor(deps: CopyDeps & { readonly io: CopyIo }, run: FileCopyRun) {
    this.#deps = deps
    this.#run = run
    this.#from = parsePath(run.input.from, 'from')
    this.#to = parsePath(run.input.to, 'to')
  }

  async execute(): Promise<CopyResult> {
    const { staging } = this.#deps
    const { actor, jobId } = this.#run
    try {
      // What was allowed when it was asked for may not be any more.
      requireCopy(actor, this.#from, this.#to)
      await staging.sweep()
      const { isFolder } = await this.#copy()
      await staging.drop(jobId)
      return await this.#end(isFolder)
    } catch (error) {
      const cause = error instanceof SourceFault ? error.problem : error
      if (this.#isOver(cause)) await this.#dropAll()
      throw cause
    }
  }

  async #end(isFolder: boolean): Promise<CopyResult> {
    const { actor, jobId, log } = this.#run
    const { failed, ...counts } = this.#counts
    const target = this.#to.text
    await log('INFO', `${counts.files} files and ${counts.folders} folders with ${counts.bytes} bytes are at ${target}.`)
    const incomplete = failed > 0 ? new CopyIncomplete(failed, target) : null
    const details = { to: target, jobId, failed }
    await this.#deps.audit.record(actor, { action: 'files.copied', target: this.#from.text, result: incomplete?.code ?? 'ok', details })
    if (incomplete) throw incomplete
    return { path: target, isFolder, ...counts }
  }

  /** Whether nothing goes on from what was copied so far. A job that only stops, or is another process's now, leaves it for the next attempt. */
  #isOver(error: unknown): boolean {
    const { signal, lastAttempt } = this.#run
    if (error instanceof CopyIncomplete) return false
    if (signal.aborted) return signal.reason instanceof JobStopped && signal.reason.why === 'cancelled'
    return lastAttempt || error instanceof StorageFull || (error instanceof Problem && error.status < 500)
  }

  async #dropAll(): Promise<void> {
    const { checkpoint, jobId, log } = this.#run
    await this.#deps.staging.drop(jobId)
    const isNamed = checkpoint?.phase === 'named'
    await log('INFO', isNamed ? `What was at ${this.#to.text} stays; the rest is still missing.` : 'Nothing of the copy is left.')
  }

  async #copy(): Promise<CopyCheckpoint> {
    const { actorNow, checkpoint, input, jobId, save, signal } = this.#run
    const { staging, tree } = this.#deps
    await using space = await staging.open(jobId)
    if (checkpoint?.phase === 'naming' && (await this.#isMade(space, checkpoint))) return await this.#publish(space, checkpoint, true)
    if (checkpoint?.phase === 'named') return await this.#fillIn(space, checkpoint)
    const { isFolder } = await checkCopy(tree, { from: this.#from, to: this.#to, replace: input.replace })
    const sha256 = isFolder ? await this.#copyFolder(space) : await this.#copyFile(space)
    await space.sync()
    const whole = await space.look(wholeName)
    if (!whole) throw new FileNotFound(this.#from.text, 'from')
    signal.throwIfAborted()
    const naming: CopyCheckpoint = { phase: 'naming', identity: identityOf(whole), isFolder, sha256, counts: this.#counts }
    // It may have taken hours: nobody gets by it what they may not have any more.
    requireCopy(await actorNow(), this.#from, this.#to)
    // Also asks whether this process still has the job: nothing gets a name otherwise.
    await save(naming)
    return await this.#publish(space, naming, false)
  }

  /** False when an attempt that ended before the name was given has dropped the copy: it is made anew. */
  async #isMade(space: OpenFolder, { identity }: CopyCheckpoint): Promise<boolean> {
    if (await space.look(wholeName)) return true
    await using place = await this.#deps.tree.open(parentPath(this.#to) ?? rootPath, 'to')
    const stat = await place.folder.look(nameOf(this.#to))
    return stat !== null && identityOf(stat) === identity
  }

  async #publish(staging: OpenFolder, checkpoint: CopyCheckpoint, again: boolean): Promise<CopyCheckpoint> {
    const { actor, input, save } = this.#run
    const named: CopyCheckpoint = { ...checkpoint, phase: 'named' }
    const ownerId = actor.kind === 'user' ? actor.userId : null
    const { identity, isFolder, sha256 } = checkpoint
    await publishCopy(this.#deps.tree, {
      ...{ staging, to: this.#to, replace: input.replace, identity, isFolder, again, sha256, ownerId, by: authorOf(actor) },
      save: (transaction) => save(named, transaction),
    })
    this.#counts = checkpoint.counts
    return named
  }

  async #copyFile(space: OpenFolder): Promise<string | null> {
    await using place = await this.#deps.tree.open(parentPath(this.#from) ?? rootPath, 'from')
    const name = nameOf(this.#from)
    const stat = await place.folder.look(name)
    if (!stat) throw new FileNotFound(this.#from.text, 'from')
    this.#total = measureFile(stat).bytes
    this.#progress(this.#from.text)
    const before = await space.look(wholeName)
    this.#counts.files = 1
    if (before && isCopyOf(before, stat)) {
      this.#report.onBytes(Number(stat.size), this.#from.text)
      return null
    }
    const part = await copyWhole(this.#treeCopy(space, true), place.folder, name)
    await space.moveOver(part.name, space, wholeName)
    return part.sha256
  }

  async #copyFolder(space: OpenFolder): Promise<null> {
    const { signal } = this.#run
    await using source = await this.#openSource()
    const before = await space.look(wholeName)
    if (!before) await space.makeFolder(wholeName)
    await using whole = await space.openFolder(wholeName)
    const totals = await this.#measure(source)
    const there = await measureFolder(whole, signal, () => {})
    await using target = await this.#deps.tree.open(parentPath(this.#to) ?? rootPath, 'to')
    await requireSpace(target, Math.max(0, totals.space - there.space))
    await copyFolder(this.#treeCopy(space, true), source, whole, before === null)
    this.#counts.folders += 1
    return null
  }

  /** What an attempt that has given the copy its name could not copy. */
  async #fillIn(space: OpenFolder, checkpoint: CopyCheckpoint): Promise<CopyCheckpoint> {
    if (checkpoint.counts.failed === 0) {
      this.#counts = checkpoint.counts
      return checkpoint
    }
    await using source = await this.#openSource()
    await using target = await this.#deps.tree.open(this.#to, 'to')
    if (identityOf(await target.folder.stat()) !== checkpoint.identity) throw new FileNotFound(this.#to.text, 'to')
    await this.#measure(source)
    await copyFolder(this.#treeCopy(space, false), source, target.folder, false)
    this.#counts.folders += 1
    const named: CopyCheckpoint = { ...checkpoint, counts: this.#counts }
    await this.#run.save(named)
    return named
  }

  async #openSource(): Promise<OpenFolder> {
    return (await this.#deps.tree.open(this.#from, 'from')).folder
  }

  async #measure(source: OpenFolder): Promise<Totals> {
    const { progress, signal } = this.#run
    const totals = await measureFolder(source, signal, (item) => progress({ done: 0, total: null, unit: 'BYTES', item }))
    this.#total = totals.bytes
    return totals
  }

  #treeCopy(parts: OpenFolder, hidden: boolean): TreeCopy {
    const { attempt, signal } = this.#run
    // Of the attempt as well: a process that lost this job without knowing it may still write to a part of its own.
    const nextPart = () => `part-${attempt}-${++this.#parts}`
    return { parts, hidden, io: this.#deps.io, signal, report: this.#report, nextPart }
  }

  readonly #report: CopyReport = {
    onBytes: (count, path) => {
      this.#done += count
      this.#counts.bytes += count
      this.#progress(path)
    },
    onCopied: (kind) => {
      this.#counts[kind === 'file' ? 'files' : 'folders'] += 1
    },
    onSkipped: async (path, why) => {
      this.#counts.skipped += 1
      await this.#say(this.#counts.skipped, `${path} was not copied: ${why}.`)
    },
    onFailed: async (path, bytes, problem) => {
      this.#counts.failed += 1
      this.#done += bytes
      await this.#say(this.#counts.failed, `${path} could not be copied (${problem.code}): ${problem.message}`)
    },
  }

  async #say(count: number, message: string): Promise<void> {
    if (count < mostLines) await this.#run.log('WARNING', message)
    else if (count === mostLines) await this.#run.log('WARNING', 'There are more such entries; they are counted, not named.')
  }

  #progress(item: string): void {
    // What grew since it was counted is no more than all.
    this.#run.progress({ done: Math.min(this.#done, this.#total), total: this.#total, unit: 'BYTES', item })
  }
}
