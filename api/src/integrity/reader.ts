import { createHash } from 'node:crypto'
import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { OpenFolder } from '../files/open-folder.ts'

/** So much is read and hashed at a time: less than a millisecond of the event loop. */
const chunkBytes = 256 * 1024
/** O_DIRECT wants memory that begins at a multiple of the disk's block: 4096 is one of all. */
const alignment = 4_096

/** What was read of a file. */
export interface Reading {
  /** SHA-256, hexadecimal. */
  readonly sha256: string
  readonly bytes: number
  /** Of these, past the page cache. */
  readonly directBytes: number
  /** As it was before, and still is after it was read; null when it changed meanwhile. */
  readonly stat: BigIntStats | null
}

export interface ReadWatch {
  readonly signal: AbortSignal
  /** Bytes a second. */
  readonly rate: () => number
  onBytes(count: number): void
}

/**
 * Reads files as they are on the disk: past the page cache (O_DIRECT) where the file system can, which also leaves in the cache what
 * others need. Not faster than it is told to.
 */
export class DiskReader {
  readonly #memory = Buffer.allocUnsafeSlow(chunkBytes + alignment)
  /** Where in the memory an aligned chunk begins; found out with the first file, null before. */
  #aligned: number | null = null
  #budget = { since: performance.now(), bytes: 0 }

  /** Throws what the disk reports, and the signal's reason. */
  async read(folder: OpenFolder, name: string, watch: ReadWatch): Promise<Reading> {
    const { handle, stat } = await folder.openFile(name)
    const direct = await openDirect(handle)
    try {
      const hash = createHash('sha256')
      let [at, directBytes] = [0, 0]
      for (;;) {
        watch.signal.throwIfAborted()
        const chunk = (direct && (await this.#readDirect(direct, at))) ?? (await this.#readCached(handle, at))
        if (chunk.bytes.length === 0) break
        hash.update(chunk.bytes)
        at += chunk.bytes.length
        if (chunk.isDirect) directBytes += chunk.bytes.length
        watch.onBytes(chunk.bytes.length)
        await this.#wait(chunk.bytes.length, watch)
      }
      const after = await handle.stat({ bigint: true })
      const same = after.size === stat.size && after.mtimeNs === stat.mtimeNs && after.ctimeNs === stat.ctimeNs && Number(after.size) === at
      return { sha256: hash.digest('hex'), bytes: at, directBytes, stat: same ? after : null }
    } finally {
      await direct?.close()
      await handle.close()
    }
  }

  async #readCached(handle: FileHandle, at: number) {
    const { bytesRead } = await handle.read(this.#memory, 0, chunkBytes, at)
    return { bytes: this.#memory.subarray(0, bytesRead), isDirect: false }
  }

  /** Null where it cannot be: a file's end that is no whole block, on file systems that want whole ones. */
  async #readDirect(handle: FileHandle, at: number) {
    // After the end, or after a last part that was no whole block.
    if (at % alignment !== 0) return null
    if (this.#aligned === null) {
      this.#aligned = -1
      // Large memory of this size begins 16 bytes after a page as a rule; if not, somewhere at a multiple of 16.
      for (let offset = alignment - 16, tries = 0; tries < alignment / 16; tries++, offset = (offset + 16) % alignment) {
        const read = await readAt(handle, this.#memory, offset, at)
        if (read === null) continue
        this.#aligned = offset
        return { bytes: this.#memory.subarray(offset, offset + read), isDirect: true }
      }
    }
    if (this.#aligned < 0) return null
    const read = await readAt(handle, this.#memory, this.#aligned, at)
    return read === null ? null : { bytes: this.#memory.subarray(this.#aligned, this.#aligned + read), isDirect: true }
  }

  async #wait(bytes: number, { rate, signal }: ReadWatch): Promise<void> {
    const budget = this.#budget
    budget.bytes += bytes
    const now = performance.now()
    const due = budget.since + (budget.bytes / rate()) * 1_000
    if (due > now + 5) await sleep(due - now, undefined, { signal })
    // What was not used before is not made up for later: a pause must not be followed by a rush. Nor is an old rate remembered.
    if (performance.now() - due > 200 || budget.bytes > 16 * rate()) this.#budget = { since: performance.now(), bytes: 0 }
  }
}

/** The same file once more, as its own descriptor leads to it. Null where the file system has no such reading. */
async function openDirect(handle: FileHandle): Promise<FileHandle | null> {
  try {
    return await open(`/proc/self/fd/${handle.fd}`, constants.O_RDONLY | constants.O_DIRECT)
  } catch {
    return null
  }
}

/** Null when the kernel finds memory, place or length not aligned. */
async function readAt(handle: FileHandle, memory: Buffer, offset: number, at: number): Promise<number | null> {
  try {
    return (await handle.read(memory, offset, chunkBytes, at)).bytesRead
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EINVAL') return null
    throw error
  }
}
