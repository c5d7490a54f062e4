import { createHash, type Hash } from 'node:crypto'
import { read } from 'node:fs'
import { promisify } from 'node:util'
import type { PartChecksum } from './upload-model.ts'
import { isSealed, Sealer, type Seals, sealedBytes } from './upload-seals.ts'

const readAt = promisify(read)

/** Where bytes lie: an open file of this process, whichever thread asks, and a place in it. */
export interface Region {
  readonly fd: number
  readonly start: number
  readonly length: number
}

/** What is known of an upload's bytes while they arrive. Runs in a worker; for small uploads where the bytes are. */
export class RunningDigest {
  readonly sealer = new Sealer()
  /** Of the whole file; null for parts, whose file is hashed when it is put together. */
  #whole: Hash | null
  #part: Hash | null = null
  #before: { readonly whole: Hash | null; readonly position: number; readonly mark: number } | null = null
  position = 0

  constructor(whole: boolean) {
    this.#whole = whole ? createHash('sha256') : null
  }

  /** A request begins; what it brings can be taken back. */
  beginPart(algorithm: PartChecksum['algorithm'] | null): void {
    this.#part = algorithm && createHash(algorithm)
    this.#before = algorithm && { whole: this.#whole?.copy() ?? null, position: this.position, mark: this.sealer.mark() }
  }

  update(bytes: Uint8Array): void {
    this.#whole?.update(bytes)
    this.#part?.update(bytes)
    this.sealer.update(bytes)
    this.position += bytes.length
  }

  /** The checksum of what the request brought. */
  partDigest(): Uint8Array | null {
    return this.#part ? new Uint8Array(this.#part.digest()) : null
  }

  /** As if the request had not been. False when nothing was kept to go back to. */
  takeBack(): boolean {
    if (!this.#before) return false
    this.#whole = this.#before.whole
    this.position = this.#before.position
    this.sealer.backTo(this.#before.mark)
    this.#before = null
    return true
  }

  /** Of everything so far, hexadecimal. */
  digest(): string {
    return this.#whole?.copy().digest('hex') ?? ''
  }
}

/** Takes in what the disk has already. False when it has less. */
export async function readInto(digest: RunningDigest, region: Region): Promise<boolean> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(sealedBytes, region.length)))
  for (let at = 0; at < region.length; ) {
    const { bytesRead } = await readAt(region.fd, buffer, 0, Math.min(buffer.length, region.length - at), region.start + at)
    if (bytesRead === 0) return false
    digest.update(buffer.subarray(0, bytesRead))
    at += bytesRead
  }
  return true
}

/**
 * Reads everything again. False when the disk gives back other bytes than were sealed. `hash` takes them all in.
 * Without seals (the process that had them is gone) the bytes are only read.
 */
export async function readAgain(region: Region, seals: Seals | null, hash: Hash | null): Promise<boolean> {
  const buffer = Buffer.allocUnsafeSlow(Math.max(1, Math.min(sealedBytes, region.length)))
  let at = 0
  for (let index = 0; at < region.length; index++) {
    const block = seals?.blocks[index]
    const wanted = block?.bytes ?? Math.min(buffer.length, region.length - at)
    if (seals && !block) return false
    let filled = 0
    while (filled < wanted) {
      const { bytesRead } = await readAt(region.fd, buffer, filled, wanted - filled, region.start + at + filled)
      if (bytesRead === 0) return false
      filled += bytesRead
    }
    const bytes = buffer.subarray(0, wanted)
    if (seals && block && !isSealed(seals.key, block, bytes)) return false
    hash?.update(bytes)
    at += wanted
  }
  return true
}
