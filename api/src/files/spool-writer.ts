import type { Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'

/** The two calls that put bytes on the disk; a seam at which tests make them fail. */
export interface SpoolIo {
  write(handle: FileHandle, buffers: Buffer[], position: number): Promise<number>
  sync(handle: FileHandle): Promise<void>
}

export const diskIo: SpoolIo = {
  write: async (handle, buffers, position) => (await handle.writev(buffers, position)).bytesWritten,
  sync: (handle) => handle.datasync(),
}

/** Small chunks are gathered to this many bytes for one write. */
const writeBytes = 1024 * 1024
/** At least this often, in bytes and in time, what has arrived is made durable. */
const syncBytes = 8 * 1024 * 1024
const syncMilliseconds = 250
/** So much may have been written but not synced; then the sender waits for the disk. */
const mostUnsynced = 64 * 1024 * 1024

export interface SpoolWriterOptions {
  readonly handle: FileHandle
  readonly position: number
  readonly io: SpoolIo
  /** Each takes every byte in order. */
  readonly hashes: readonly Hash[]
  /** Told what is durable now; not before it is. */
  readonly onDurable: (offset: number) => Promise<void>
}

/**
 * Writes a stream of bytes to the spool: hashing, writing and syncing overlap, and at most a bounded number of bytes is
 * under way. Once a call has failed, all later ones fail with the same error.
 */
export class SpoolWriter {
  readonly #options: SpoolWriterOptions
  #pending: Buffer[] = []
  #pendingBytes = 0
  #position: number
  #written: number
  #durable: number
  #lastSync = performance.now()
  #writing: Promise<void> = Promise.resolve()
  #syncing: Promise<void> | null = null
  #failure: { readonly error: unknown } | null = null

  constructor(options: SpoolWriterOptions) {
    this.#options = options
    this.#position = options.position
    this.#written = options.position
    this.#durable = options.position
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#position
  }

  /** What a write or sync failed with, to tell it from a source that failed. */
  get failure(): { readonly error: unknown } | null {
    return this.#failure
  }

  async write(chunks: readonly Buffer[]): Promise<void> {
    this.#throwFailure()
    for (const chunk of chunks) {
      for (const hash of this.#options.hashes) hash.update(chunk)
      this.#pending.push(chunk)
      this.#pendingBytes += chunk.length
      this.#position += chunk.length
    }
    if (this.#pendingBytes >= writeBytes) await this.#flush()
    const due = this.#written - this.#durable >= syncBytes || performance.now() - this.#lastSync >= syncMilliseconds
    if (due && !this.#syncing) this.#startSync()
    if (this.#written - this.#durable > mostUnsynced) await this.#syncing
    this.#throwFailure()
  }

  /** Waits until every byte is written, and durable too when `sync`. */
  async settle(sync: boolean): Promise<void> {
    await this.#flush()
    await this.#writing
    await this.#syncing
    this.#throwFailure()
    if (!sync || this.#durable === this.#position) return
    this.#startSync()
    await this.#syncing
    this.#throwFailure()
  }

  /** One write is under way while the next is gathered. */
  async #flush(): Promise<void> {
    await this.#writing
    this.#throwFailure()
    if (this.#pendingBytes === 0) return
    const buffers = this.#pending
    const at = this.#position - this.#pendingBytes
    this.#pending = []
    this.#pendingBytes = 0
    this.#writing = this.#watched(this.#writeAll(buffers, at))
  }

  /** writev(2) may write less than it was given, as it does just before a disk is full. */
  async #writeAll(buffers: Buffer[], position: number): Promise<void> {
    let rest = buffers
    let at = position
    while (rest.length > 0) {
      let written = await this.#options.io.write(this.#options.handle, rest, at)
      at += written
      rest = rest.flatMap((buffer) => {
        const taken = Math.min(written, buffer.length)
        written -= taken
        return taken === buffer.length ? [] : [buffer.subarray(taken)]
      })
    }
    this.#written = at
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
  async #watched(work: Promise<void>): Promise<void> {
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
