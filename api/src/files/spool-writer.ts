import type { FileHandle } from 'node:fs/promises'
import type { OpenFolder } from './open-folder.ts'
import type { DigestOfUpload } from './upload-digests.ts'

/** The calls that put bytes and names on the disk; a seam at which tests make them fail, and write down their order. */
export interface SpoolIo {
  write(handle: FileHandle, buffers: Buffer[], position: number): Promise<number>
  /** Makes bytes durable while more arrive. */
  sync(handle: FileHandle): Promise<void>
  /** Makes a whole file durable, with its times. */
  syncWhole?(handle: FileHandle): Promise<void>
  /** Makes names durable. */
  syncFolder?(folder: OpenFolder): Promise<void>
}

export const diskIo: SpoolIo = {
  write: async (handle, buffers, position) => (await handle.writev(buffers, position)).bytesWritten,
  sync: (handle) => handle.datasync(),
}

/** Bytes are gathered to this many for one write and one piece of hashing: more for one upload alone, fewer when there are many. */
const largeBlock = 512 * 1024
const smallBlock = 64 * 1024
const manyUploads = 4
/** Blocks of one upload that are being written and hashed; then the sender waits. */
const mostBlocks = 2
/** Blocks that wait for the next upload; more are given back. */
const mostIdle = 8
/** At least this often, in bytes and in time, what has arrived is made durable. */
const syncBytes = 16 * 1024 * 1024
const syncMilliseconds = 250
/** So much may have been written but not synced; then the sender waits for the disk. */
const mostUnsynced = 64 * 1024 * 1024

let underWay = 0
const idle = new Map<number, Buffer[]>([
  [largeBlock, []],
  [smallBlock, []],
])

/** Memory that the thread which hashes sees too. */
function takeBlock(wanted: number): Buffer {
  const size = wanted <= smallBlock || underWay > manyUploads ? smallBlock : largeBlock
  return idle.get(size)?.pop() ?? Buffer.from(new SharedArrayBuffer(size))
}

function giveBack(block: Buffer): void {
  const blocks = idle.get(block.length)
  if (blocks && blocks.length < mostIdle) blocks.push(block)
}

/**
 * Gives a buffer's memory back at once. Left to the garbage collector, what a fast network brings makes it search the whole
 * heap dozens of times a gigabyte, which costs more than hashing does.
 */
function letGo(chunk: Buffer): void {
  if (chunk.buffer instanceof ArrayBuffer && chunk.buffer.byteLength === chunk.byteLength) chunk.buffer.transfer(0)
}

export interface SpoolWriterOptions {
  readonly handle: FileHandle
  /** Where the upload's first byte is in the file. */
  readonly start: number
  readonly position: number
  /** How many bytes are to come, as far as is known. */
  readonly expected: number
  readonly io: SpoolIo
  /** Takes every byte in order. */
  readonly digest: DigestOfUpload
  /** Told what is durable now; not before it is. */
  readonly onDurable: (offset: number) => Promise<void>
}

/**
 * Writes a stream of bytes to the spool: hashing, writing and syncing overlap, and at most a bounded number of bytes is
 * under way. Once a call has failed, all later ones fail with the same error. Call `close` at the end.
 */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions
  #block: Buffer | null = null
  #filled = 0
  #position: number
  #written: number
  #durable: number
  #lastSync = performance.now()
  readonly #working = new Set<Promise<void>>()
  #writing: Promise<void> = Promise.resolve()
  #syncing: Promise<void> | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(options: SpoolWriterOptions) {
    this.#options = options
    this.#position = options.position
    this.#written = options.position
    this.#durable = options.position
    underWay += 1
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#position
  }

  /** What a write or sync failed with, to tell it from a source that failed. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure
  }

  /** Copies the chunks; they are empty afterwards. */
  async write(chunks: readonly Buffer[]): Promise<void> {
    this.#throwFailure()
    for (const chunk of chunks) {
      for (let at = 0; at < chunk.length; ) {
        this.#block ??= takeBlock(this.#options.expected - (this.#position - this.#options.position))
        const taken = chunk.copy(this.#block, this.#filled, at)
        this.#filled += taken
        this.#position += taken
        at += taken
        if (this.#filled === this.#block.length) await this.#flush()
      }
      letGo(chunk)
    }
    const isLate = performance.now() - this.#lastSync >= syncMilliseconds
    if (this.#written - this.#durable >= syncBytes || isLate) {
      if (isLate) await this.#flush()
      if (!this.#syncing) this.#startSync()
    }
    if (this.#written - this.#durable > mostUnsynced) await this.#syncing
    this.#throwFailure()
  }

  /** Waits until every byte is written and hashed, and durable too when `sync`. */
  async settle(sync: boolean): Promise<void> {
    await this.#flush()
    await Promise.all(this.#working)
    await this.#syncing
    this.#throwFailure()
    if (!sync || this.#durable === this.#position) return
    this.#startSync()
    await this.#syncing
    this.#throwFailure()
  }

  /** After the last use; what is still being written and hashed is waited for. */
  async close(): Promise<void> {
    underWay -= 1
    await Promise.all([...this.#working, this.#syncing])
    if (this.#block) giveBack(this.#block)
    this.#block = null
  }

  async #flush(): Promise<void> {
    const block = this.#block
    if (!block || this.#filled === 0) return
    const bytes = block.subarray(0, this.#filled)
    const at = this.#position - this.#filled
    this.#block = null
    this.#filled = 0
    while (this.#working.size >= mostBlocks) await Promise.race(this.#working)
    this.#throwFailure()
    const before = this.#writing
    this.#writing = before.then(() => this.#writeAll(bytes, at))
    const work = this.#watched(Promise.all([this.#writing, this.#options.digest.update(bytes)])).finally(() => {
      this.#working.delete(work)
      giveBack(block)
    })
    this.#working.add(work)
  }

  /** writev(2) may write less than it was given, as it does just before a disk is full. */
  async #writeAll(bytes: Buffer, position: number): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      at += await this.#options.io.write(this.#options.handle, [bytes.subarray(at)], this.#options.start + position + at)
    }
    this.#written = position + bytes.length
  }

  #startSync(): void {
    this.#lastSync = performance.now()
    const sync = async () => {
      await this.#writing
      const offset = this.#written
      if (this.#failure || offset === this.#durable) return
      await this.#options.io.sync(this.#options.handle)
      this.#durable = offset
      await this.#options.onDurable(offset)
    }
    this.#syncing = this.#watched(sync()).finally(() => {
      this.#syncing = null
    })
  }

  /** A failure is kept for whoever looks next, never left as a rejection that nobody awaits. */
  async #watched(work: Promise<unknown>): Promise<void> {
    try {
      await work
    } catch (error) {
      this.#failure ??= { error }
    }
  }

  #throwFailure(): void {
    if (this.#failure) throw this.#failure.error
  }
}
