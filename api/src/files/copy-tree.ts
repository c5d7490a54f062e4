import type { BigIntStats } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { InvalidInput, Problem } from '../platform/errors.ts'
import { type CopyIo, copyToPart, SourceFault } from './copy-file.ts'
import { NameTaken, SourceChanged } from './errors.ts'
import { type Kind, kindOf, type OpenFolder } from './open-folder.ts'
import { readableName } from './scan.ts'

/** Each level holds three descriptors. Nothing that a path can name in practice is deeper. */
const mostLevels = 250
/** How many entries are looked at on the disk at once. */
const looksAtOnce = 64
/** How often a file that changes under the copy is tried, and how long it is left alone in between. */
const tries = 3
const pauseMs = 250

export interface Totals {
  /** As the files say. */
  bytes: number
  /** What they take on the disk: less than `bytes` where they have holes. */
  space: number
}

/** What a copy of a folder tells while it goes. */
export interface CopyReport {
  /** More of this file is there; negative when it is begun anew. */
  onBytes(count: number, path: string): void
  onCopied(kind: 'file' | 'folder'): void
  /** What the storage does not have: links, special files, names that no path can name. */
  onSkipped(path: string, why: string): Promise<void>
  onFailed(path: string, bytes: number, problem: Problem): Promise<void>
}

export interface TreeCopy {
  /** Where files are made before they get their names; on the same file system as the target. */
  readonly parts: OpenFolder
  /** True while nobody else sees the target: what is there is of an earlier attempt. */
  readonly hidden: boolean
  readonly io: CopyIo
  readonly signal: AbortSignal
  readonly report: CopyReport
  /** A name in `parts` that was never used. */
  nextPart(): string
}

interface Found {
  readonly name: string
  readonly stat: BigIntStats
  readonly kind: Kind
}

/** How much there is to copy below a folder. What cannot be read counts nothing here: copying it says so. */
export async function measureFolder(folder: OpenFolder, signal: AbortSignal, onFolder: (path: string) => void): Promise<Totals> {
  const totals: Totals = { bytes: 0, space: 0 }
  await measure(folder, signal, onFolder, totals, 0)
  return totals
}

export function measureFile(stat: BigIntStats): Totals {
  const [size, taken] = [Number(stat.size), Number(stat.blocks * 512n)]
  return { bytes: size, space: Math.min(size, taken) }
}

async function measure(folder: OpenFolder, signal: AbortSignal, onFolder: (path: string) => void, totals: Totals, level: number) {
  onFolder(folder.path)
  for await (const { found } of entriesOf(folder, signal)) {
    for (const { name, kind, stat } of found) {
      if (kind === 'file') {
        const { bytes, space } = measureFile(stat)
        totals.bytes += bytes
        totals.space += space
      } else if (kind === 'folder' && level < mostLevels) {
        await measureChild(folder, name, signal, onFolder, totals, level + 1)
      }
    }
  }
}

async function measureChild(
  parent: OpenFolder,
  name: string,
  signal: AbortSignal,
  onFolder: (path: string) => void,
  totals: Totals,
  level: number,
): Promise<void> {
  try {
    await using folder = await parent.openFolder(name)
    await measure(folder, signal, onFolder, totals, level)
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof SourceFault || error instanceof Problem)) throw error
  }
}

/**
 * Copies everything in `source` into `target`, which is there already; with times, durable when it returns. What is there from an earlier attempt
 * is not copied again. What cannot be read is reported and passed over; a fault of the disk that is written to is thrown.
 */
export async function copyFolder(copy: TreeCopy, source: OpenFolder, target: OpenFolder, isNew: boolean, level = 0): Promise<void> {
  const stat = await source.stat()
  for await (const { found, unnameable } of entriesOf(source, copy.signal)) {
    for (const name of unnameable) await copy.report.onSkipped(`${source.path}/${name}`, 'no path can name it')
    for (const entry of found) await copyEntry(copy, source, target, entry, isNew, level)
  }
  await target.setTimes(stat)
  await target.sync()
}

async function copyEntry(
  copy: TreeCopy,
  source: OpenFolder,
  target: OpenFolder,
  { name, stat, kind }: Found,
  isNew: boolean,
  level: number,
) {
  const { report, signal } = copy
  const path = `${source.path}/${name}`
  signal.throwIfAborted()
  if (kind === 'link') return report.onSkipped(path, 'symbolic links are not followed')
  if (kind === 'special') return report.onSkipped(path, 'it is neither a file nor a folder')
  try {
    if (kind === 'file') await copyFile(copy, source, target, { name, stat, kind }, isNew)
    else await copyChild(copy, source, target, name, level)
    report.onCopied(kind)
  } catch (error) {
    if (!(error instanceof SourceFault)) throw error
    if (!(error.problem instanceof Problem)) throw error.problem
    await report.onFailed(path, kind === 'file' ? Number(stat.size) : 0, error.problem)
  }
}

async function copyChild(copy: TreeCopy, source: OpenFolder, target: OpenFolder, name: string, level: number): Promise<void> {
  if (level >= mostLevels) throw new SourceFault(new InvalidInput(`Folders lie more than ${mostLevels} deep here.`))
  await using from = await source.openFolder(name).catch((error: unknown) => Promise.reject(new SourceFault(error)))
  const isNew = await madeFolder(target, name)
  // Another kind of entry has the name: the source changed its kind between two attempts, or somebody put it there since.
  if (!isNew && !(await target.look(name))?.isDirectory()) throw new SourceFault(new NameTaken(name, 'to'))
  await using to = await target.openFolder(name)
  await copyFolder(copy, from, to, isNew, level + 1)
}

async function copyFile(copy: TreeCopy, source: OpenFolder, target: OpenFolder, { name, stat }: Found, isNew: boolean): Promise<void> {
  const path = `${source.path}/${name}`
  const there = isNew ? null : await target.look(name)
  if (there && isCopyOf(there, stat)) return copy.report.onBytes(Number(stat.size), path)
  if (there && !(copy.hidden && there.isFile())) throw new SourceFault(new NameTaken(name, 'to'))
  const part = await copyWhole(copy, source, name)
  if (copy.hidden) await copy.parts.moveOver(part.name, target, name)
  else await copy.parts.moveTo(part.name, target, name, 'file')
}

/** Copies one file to a part, again when it changes meanwhile. Throws SourceFault. */
export async function copyWhole(copy: TreeCopy, source: OpenFolder, name: string) {
  const { io, parts, report, signal } = copy
  const path = `${source.path}/${name}`
  for (let attempt = 1; ; attempt++) {
    const part = copy.nextPart()
    let done = 0
    const onBytes = (count: number) => {
      done += count
      report.onBytes(count, path)
    }
    try {
      return { name: part, ...(await copyToPart({ source, name, parts, part, io, signal, onBytes })) }
    } catch (error) {
      if (!(error instanceof SourceFault)) throw error
      report.onBytes(-done, path)
      if (!(error.problem instanceof SourceChanged) || attempt >= tries) throw error
      await sleep(pauseMs, undefined, { signal })
    }
  }
}

/** The same size and time as its source: a copy gets both before it gets its name. */
export function isCopyOf(copy: BigIntStats, source: BigIntStats): boolean {
  const apart = copy.mtimeNs - source.mtimeNs
  // Times go through floating-point seconds on their way to the disk.
  return copy.isFile() && source.isFile() && copy.size === source.size && apart > -2_000n && apart < 2_000n
}

async function madeFolder(parent: OpenFolder, name: string): Promise<boolean> {
  try {
    await parent.makeFolder(name)
    return true
  } catch (error) {
    if (error instanceof NameTaken) return false
    throw error
  }
}

/** What is in a folder of the source, a bounded number at a time. Throws SourceFault. */
async function* entriesOf(folder: OpenFolder, signal: AbortSignal): AsyncGenerator<{ found: Found[]; unnameable: string[] }> {
  try {
    for await (const batch of folder.names()) {
      const named = batch.map(({ raw }) => readableName(raw))
      const names = named.filter((name) => name !== null)
      const unnameable = batch.filter((_entry, index) => named[index] === null).map(({ raw }) => raw.toString('latin1'))
      if (unnameable.length > 0) yield { found: [], unnameable }
      for (let at = 0; at < names.length; at += looksAtOnce) {
        signal.throwIfAborted()
        const share = names.slice(at, at + looksAtOnce)
        const stats = await folder.lookAll(share)
        const found = share.flatMap((name, index) => {
          const stat = stats[index]
          return stat ? [{ name, stat, kind: kindOf(stat) }] : []
        })
        yield { found, unnameable: [] }
      }
    }
  } catch (error) {
    signal.throwIfAborted()
    throw new SourceFault(error)
  }
}
