import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Problem } from '../platform/errors.ts'
import { ChecksumMismatch, UploadNotFound, UploadTooLong } from './errors.ts'
import { SpoolWriter } from './spool-writer.ts'
import type { PartChecksum, UploadSource } from './upload-model.ts'
import { frameOf } from './upload-progress.ts'
import type { UploadRow, UploadsService } from './uploads.ts'

/** One request's bytes on their way into the spool. */
export interface Receiving {
  readonly row: UploadRow
  readonly handle: FileHandle
  readonly offset: number
  readonly source: UploadSource
  readonly checksum: PartChecksum | null
}

/**
 * Takes one request's bytes into the spool, behind `offset`. The hash of the whole file, hexadecimal, once its last byte is
 * written (not yet durable); null while more is to come: what arrived is durable then, and the row says so.
 */
export async function receive(uploads: UploadsService, { row, handle, offset, source, checksum }: Receiving): Promise<string | null> {
  const length = Number(row.length)
  const hash = await uploads.spool.hashAt(row.id, handle, offset)
  if (!hash) throw new UploadNotFound()
  await handle.truncate(offset)
  const before = hash.copy()
  const part = checksum && createHash(checksum.algorithm)
  const writer = new SpoolWriter({
    handle,
    position: offset,
    io: uploads.io,
    hashes: part ? [hash, part] : [hash],
    // Bytes under a checksum count only once it was seen to match; the last byte only once the file stands under its name.
    onDurable: async (durable) => {
      if (!checksum && durable < length && uploads.progress.advance(frameOf(row), durable)) await uploads.saveOffset(row.id, durable)
    },
  })
  const ended = await drain(source, writer, length)
  if (writer.failure) throw writer.failure.error
  const refusal = refusalOf(writer.position > length, checksum, part?.digest() ?? null)
  if (refusal) {
    await writer.settle(false)
    await handle.truncate(offset)
    await uploads.saveOffset(row.id, offset)
    uploads.spool.rememberHash(row.id, offset, before)
    // Half of a part cannot match its checksum; that is no fault of what was sent.
    if (!ended && refusal instanceof ChecksumMismatch) return null
    throw refusal
  }
  if (writer.position === length) {
    await writer.settle(false)
    return hash.digest('hex')
  }
  await writer.settle(true)
  await uploads.saveOffset(row.id, writer.position)
  uploads.spool.rememberHash(row.id, writer.position, hash)
  const frame = frameOf(row)
  uploads.progress.publish(frame, uploads.progress.describe(frame, 'RECEIVING', writer.position))
  return null
}

/** Writes the source until it ends or more came than is wanted. False when it broke off. */
async function drain(source: UploadSource, writer: SpoolWriter, length: number): Promise<boolean> {
  try {
    for await (const chunks of source) {
      await writer.write(chunks)
      if (writer.position > length) break
    }
    return true
  } catch {
    return false
  }
}

/** Why nothing of this request's bytes may be kept. */
function refusalOf(isTooLong: boolean, checksum: PartChecksum | null, digest: Buffer | null): Problem | null {
  if (isTooLong) return new UploadTooLong()
  return checksum && !digest?.equals(checksum.digest) ? new ChecksumMismatch('part') : null
}
