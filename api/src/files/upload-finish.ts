import type { FileHandle } from 'node:fs/promises'
import type { Actor } from '../auth/model.ts'
import { SpoolDamaged } from './errors.ts'
import type { StoredFile } from './model.ts'
import type { OpenFolder } from './open-folder.ts'
import { parsePath } from './path.ts'
import { requireChange } from './policy.ts'
import { authorOf } from './replacing.ts'
import { dropSpooled, spoolNameOf } from './spool.ts'
import type { UploadRow, UploadsService } from './uploads.ts'

export interface WholeUpload {
  readonly actor: Actor
  readonly row: UploadRow
  readonly hasRow: boolean
  readonly spool: OpenFolder
  /** The spooled bytes, all written; closed here. */
  readonly handle: FileHandle
  /** Hash of the whole file, hexadecimal. */
  readonly sha256: string
  /** Whether the disk gives back what was written to it. */
  readonly check: () => Promise<boolean>
}

/**
 * Puts a whole upload under its name. The order is the promise: bytes durable, then the name, then the folder durable,
 * then the rows; only then may anybody be told. Stopped at any point, the file is there whole or not at all.
 */
export async function finishUpload(uploads: UploadsService, whole: WholeUpload): Promise<StoredFile> {
  const { actor, row, hasRow, spool, handle, sha256 } = whole
  // What was allowed when the upload began may not be any more.
  requireChange(actor, parsePath(row.path))
  const now = uploads.deps.tree.deps.clock.now()
  await handle.utimes(now, row.modifiedAt ?? now)
  const [isSame] = await Promise.all([whole.check(), uploads.io.syncWhole ? uploads.io.syncWhole(handle) : handle.sync()])
  if (!isSame) throw new SpoolDamaged()
  const stat = await handle.stat({ bigint: true })
  await handle.close()
  const file = await uploads.publisher.publish({ row, hasRow, sha256, by: authorOf(actor), stat })
  await dropSpooled(spool, spoolNameOf(row))
  return file
}
