import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { CopyDiffers, SourceChanged, storageProblem } from './errors.ts'
import { type OpenFolder, timesOf } from './open-folder.ts'

const chunkBytes = 512 * 1024
/** What is not yet durable is bounded: a sync cannot be cancelled, and one of many gigabytes takes minutes. */
const syncBytes = 16 * 1024 * 1024
/** Where the source has a hole of at least a block of this size, the copy has one too. */
const zeros = Buffer.alloc(chunkBytes)

/** The calls that a disk may refuse; tests put faults in their place. */
export interface CopyIo {
  read(handle: FileHandle, buffer: Buffer, at: number): Promise<number>
  write(handle: FileHandle, buffer: Buffer, at: number): Promise<number>
  sync(handle: FileHandle): Promise<void>
}

export const realIo: CopyIo = {
  read: async (handle, buffer, at) => (await handle.read(buffer, 0, buffer.length, at)).bytesRead,
  write: async (handle, buffer, at) => (await handle.write(buffer, 0, buffer.length, at)).bytesWritten,
  sync: (handle) => handle.datasync(),
}

/** The source is at fault, not the disk that is written to: others of its folder may still be copied. */
export class SourceFault extends Error {
  readonly problem: unknown
  constructor(problem: unknown) {
    super('The source cannot be copied.')
    this.problem = problem
  }
}

export interface FileCopy {
  readonly source: OpenFolder
  readonly name: string
  /** Where the copy is made, under a name of its own until it is whole. */
  readonly parts: OpenFolder
  readonly part: string
  readonly io: CopyIo
  readonly signal: AbortSignal
  /** Told after each piece. */
  onBytes(count: number): void
}

/**
 * Copies a file to `part`: every byte hashed as it was read, made durable, read back and hashed again. With its modification time and its
 * executable bits. Throws SourceFault when the source cannot be read, or is not at the end what it was at the beginning; nothing is left then.
 */
export async function copyToPart(copy: FileCopy): Promise<{ stat: BigIntStats; sha256: string }> {
  const { source, name, parts, part } = copy
  const { handle: input, stat } = await source.openFile(name).catch((error: unknown) => Promise.reject(new SourceFault(error)))
  try {
    const output = await parts.createFile(part)
    try {
      const sha256 = await transfer(copy, input, output, stat)
      if (sha256 !== (await hashOf(copy, output, Number(stat.size)))) throw new CopyDiffers(`${source.path}/${name}`)
      return { stat, sha256 }
    } catch (error) {
      await parts.removeFile(part).catch(() => {})
      throw error instanceof SourceFault ? error : storageProblem(error, '/', null)
    } finally {
      await output.close()
    }
  } finally {
    await input.close()
  }
}

async function transfer({ io, source, name, signal, onBytes }: FileCopy, input: FileHandle, output: FileHandle, stat: BigIntStats) {
  const path = `${source.path}/${name}`
  const size = Number(stat.size)
  const isSparse = stat.blocks * 512n < stat.size
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, size)))
  const hash = createHash('sha256')
  let unsynced = 0
  for (let at = 0; at < size; ) {
    signal.throwIfAborted()
    const wanted = buffer.subarray(0, Math.min(buffer.length, size - at))
    const count = await io
      .read(input, wanted, at)
      .catch((error: unknown) => Promise.reject(new SourceFault(storageProblem(error, path, null))))
    if (count === 0) throw new SourceFault(new SourceChanged(path))
    const piece = buffer.subarray(0, count)
    hash.update(piece)
    if (!(isSparse && piece.equals(zeros.subarray(0, count)))) await writeAll(io, output, piece, at)
    at += count
    unsynced += count
    onBytes(count)
    if (unsynced < syncBytes) continue
    unsynced = 0
    await io.sync(output)
    await requireUnchanged(input, stat, path)
  }
  await requireUnchanged(input, stat, path)
  if (isSparse) await output.truncate(size)
  await output.chmod(0o644 | (Number(stat.mode) & 0o111))
  await output.utimes(...timesOf(stat))
  signal.throwIfAborted()
  await output.sync()
  return hash.digest('hex')
}

/** write(2) may write less than it was given, as it does just before a disk is full. */
async function writeAll(io: CopyIo, output: FileHandle, piece: Buffer, position: number): Promise<void> {
  for (let done = 0; done < piece.length; ) done += await io.write(output, piece.subarray(done), position + done)
}

async function requireUnchanged(input: FileHandle, before: BigIntStats, path: string): Promise<void> {
  const now = await input.stat({ bigint: true })
  if (now.size !== before.size || now.mtimeNs !== before.mtimeNs) throw new SourceFault(new SourceChanged(path))
}

async function hashOf({ io, signal }: FileCopy, output: FileHandle, size: number): Promise<string> {
  const hash = createHash('sha256')
  const buffer = Buffer.allocUnsafe(Math.max(1, Math.min(chunkBytes, size)))
  for (let at = 0; ; ) {
    signal.throwIfAborted()
    const count = await io.read(output, buffer, at)
    if (count === 0) return hash.digest('hex')
    hash.update(buffer.subarray(0, count))
    at += count
  }
}
