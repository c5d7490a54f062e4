import type { SignedInActor } from '../auth/model.ts'
import { ChecksumMismatch, LengthMismatch, UploadNotFound, UploadTooLong } from './errors.ts'
import { dropSpooled } from './spool.ts'
import { admit, type Declaration, rowOf } from './upload-create.ts'
import { RunningDigest } from './upload-digest.ts'
import { finishUpload } from './upload-finish.ts'
import { parseWish, type UploadRequest } from './upload-model.ts'
import type { UploadState, UploadsService } from './uploads.ts'

/**
 * A small file that comes whole with its declaration: nothing of it is kept, no row and no bytes, until all of it is here, and
 * then everything at once. Most uploads are such; the way of large ones would cost several times as much.
 */
export async function uploadAtOnce(
  uploads: UploadsService,
  actor: SignedInActor,
  declaration: Declaration,
  request: UploadRequest,
): Promise<UploadState> {
  const length = declaration.length ?? 0
  const wish = parseWish(declaration.metadata)
  await admit(uploads, actor, wish, length)
  uploads.returnAllowance(actor.userId)
  // What stands in its way is found when it gets its name: to look before would take longer than to send it.
  const bytes = await collect(request, length)
  const digest = new RunningDigest(true)
  digest.beginPart(request.checksum?.algorithm ?? null)
  digest.update(bytes)
  const part = digest.partDigest()
  if (request.checksum && Buffer.compare(part ?? Buffer.alloc(0), request.checksum.digest) !== 0) throw new ChecksumMismatch('part')
  const sha256 = digest.digest()
  if (wish.sha256 && wish.sha256 !== sha256) throw new ChecksumMismatch('file')
  const row = rowOf(uploads, actor, declaration, wish)
  await using spool = await uploads.spool.open()
  const handle = await spool.createFile(row.id)
  try {
    for (let at = 0; at < bytes.length; ) at += await uploads.io.write(handle, [bytes.subarray(at)], at)
    const check = async () => {
      const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(bytes.length), 0, bytes.length, 0)
      return bytesRead === bytes.length && buffer.equals(bytes)
    }
    const file = await finishUpload(uploads, { actor, row, hasRow: false, spool, handle, sha256, check })
    await uploads.ended(row, actor, file, sha256)
    return { row: { ...row, state: 'DONE', durableOffset: BigInt(length), path: file.path }, offset: length, file }
  } catch (error) {
    await dropSpooled(spool, row.id)
    const problem = uploads.noteRefusal(error, row.path)
    await uploads.endedBadly(row, actor, problem)
    throw problem
  } finally {
    await handle.close().catch(() => {})
  }
}

/** The body. One that breaks off was never an upload: nobody has heard of its id. */
async function collect({ source }: UploadRequest, length: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  try {
    for await (const some of source) {
      chunks.push(...some)
      for (const { length: more } of some) bytes += more
      if (bytes > length) break
    }
  } catch {
    throw new UploadNotFound()
  }
  if (bytes > length) throw new UploadTooLong()
  if (bytes < length) throw new LengthMismatch('The body ended before the length that was said.')
  return Buffer.concat(chunks)
}
