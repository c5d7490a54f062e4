import type { FileHandle } from 'node:fs/promises'
import type { Problem } from '../platform/errors.ts'
import { ChecksumMismatch, LengthMismatch, UploadNotFound, UploadTooLong } from './errors.ts'
import { SpoolWriter } from './spool-writer.ts'
import type { DigestOfUpload } from './upload-digests.ts'
import type { PartChecksum, UploadRequest, UploadSource } from './upload-model.ts'
import { frameOf } from './upload-progress.ts'
import type { UploadRow, UploadsService } from './uploads.ts'

/** One request's bytes on their way into the spool. */
export interface Receiving {
  readonly row: UploadRow
  readonly handle: FileHandle
  readonly request: UploadRequest
}

/** What has arrived. `isWhole`: everything is written, but not yet durable. */
export interface Received {
  readonly offset: number
  readonly isWhole: boolean
}

/**
 * Takes one request's bytes into the spool, behind `offset`. What arrived is durable afterwards and the row says so, unless
 * the upload is whole with it: then it only counts once the file stands under its name.
 */
export async function receive(uploads: UploadsService, receiving: Receiving, digest: DigestOfUpload): Promise<Received> {
  const { row, handle, request } = receiving
  const { offset, checksum } = request
  const length = row.length === null ? null : Number(row.length)
  const isPart = row.role === 'PART'
  // A part's neighbours lie behind it in the same file.
  if (!isPart) await handle.truncate(offset)
  const writer = new SpoolWriter({
    handle,
    start: Number(row.spoolStart),
    position: offset,
    expected: (length ?? Number.POSITIVE_INFINITY) - offset,
    io: uploads.io,
    digest,
    // Bytes under a checksum count only once it was seen to match; the last byte only once the file stands under its name.
    onDurable: async (durable) => {
      if (checksum || durable === length || !uploads.progress.advance(frameOf(row), durable)) return
      await uploads.saveOffset(row.id, durable)
      request.onDurable?.(durable)
    },
  })
  try {
    const ended = await drain(request.source, writer, length ?? Number.MAX_SAFE_INTEGER)
    if (writer.failure) throw writer.failure.error
    await writer.settle(false)
    const refusal = await refusalOf(receiving, writer.position, ended, digest)
    if (refusal) {
      await digest.takeBack()
      if (!isPart) await handle.truncate(offset)
      await uploads.saveOffset(row.id, offset)
      // Half of a part cannot match its checksum; that is no fault of what was sent.
      if (!ended && refusal instanceof ChecksumMismatch) return { offset, isWhole: false }
      throw refusal
    }
    const isWhole = request.completes === 'length' ? writer.position === length : request.completes === 'now' && ended
    if (isWhole && !isPart) return { offset: writer.position, isWhole: true }
    await writer.settle(true)
    await uploads.saveOffset(row.id, writer.position)
    const frame = frameOf(row)
    uploads.progress.publish(frame, uploads.progress.describe(frame, 'RECEIVING', writer.position))
    return { offset: writer.position, isWhole: false }
  } finally {
    await writer.close()
  }
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
async function refusalOf({ row, request }: Receiving, position: number, ended: boolean, digest: DigestOfUpload): Promise<Problem | null> {
  const length = row.length === null ? null : Number(row.length)
  if (length !== null && position > length) return new UploadTooLong()
  if (request.checksum && !matches(await digest.partDigest(), request.checksum)) return new ChecksumMismatch('part')
  if (request.completes === 'now' && ended && length !== null && position !== length)
    return new LengthMismatch('The upload was to be complete with this request, but it is shorter than was said.')
  return null
}

function matches(digest: Uint8Array | null, checksum: PartChecksum): boolean {
  return digest !== null && Buffer.compare(digest, checksum.digest) === 0
}

/** What is known of the bytes before `offset`; throws UPLOAD_NOT_FOUND when the disk no longer has all of them. */
export async function digestBehind(uploads: UploadsService, { row, handle, request }: Receiving): Promise<DigestOfUpload> {
  const digest = await uploads.digests.begin(row.id, {
    region: { fd: handle.fd, start: Number(row.spoolStart), length: request.offset },
    length: row.length === null ? null : Number(row.length),
    whole: row.role !== 'PART',
    algorithm: request.checksum?.algorithm ?? null,
  })
  if (!digest) throw new UploadNotFound()
  return digest
}
