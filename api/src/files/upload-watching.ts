import type { Actor } from '../auth/model.ts'
import { type Reader, startingWith } from '../platform/bus.ts'
import { UploadNotFound } from './errors.ts'
import type { StoredFile } from './model.ts'
import { parsePath } from './path.ts'
import { requireUpload, requireWritable } from './policy.ts'
import { flattened } from './streams.ts'
import { ownUploadsProgressed, type UploadProgress, uploadProgressed } from './upload-model.ts'
import { frameOf } from './upload-progress.ts'
import type { UploadRow, UploadsService } from './uploads.ts'

const mostListed = 500

/** The actor's unfinished uploads, newest first: what can be resumed. Parts of files are not among them. */
export async function listUploads(uploads: UploadsService, actor: Actor): Promise<UploadProgress[]> {
  requireUpload(actor)
  const rows = await uploads.deps.tree.deps.database.upload.findMany({
    where: { ownerId: actor.userId, state: 'RECEIVING', role: 'WHOLE' },
    orderBy: { createdAt: 'desc' },
    take: mostListed,
  })
  return rows.map((row) => uploads.progress.describe(frameOf(row), 'RECEIVING', Number(row.durableOffset)))
}

/** One upload as it goes on, its present state first. Errors: UPLOAD_NOT_FOUND, also for a part of a file. */
export async function watchUpload(uploads: UploadsService, actor: Actor, id: string): Promise<Reader<UploadProgress>> {
  const reader = uploads.deps.tree.deps.bus.watch(uploadProgressed, id)
  try {
    const row = await uploads.require(actor, id)
    if (row.role === 'PART') throw new UploadNotFound()
    const file = row.state === 'DONE' ? await finishedFile(uploads, actor, row) : null
    return startingWith(() => uploads.progress.describe(frameOf(row), row.state, Number(row.durableOffset), { file }), reader)
  } catch (error) {
    await reader.return()
    throw error
  }
}

/** All of the actor's uploads as they go on, those under way first. A slow reader finds the newest frame of each. */
export async function watchOwnUploads(uploads: UploadsService, actor: Actor): Promise<Reader<UploadProgress>> {
  requireUpload(actor)
  const reader = uploads.deps.tree.deps.bus.watch(ownUploadsProgressed, actor.userId)
  const present = async () => new Map((await listUploads(uploads, actor)).reverse().map((progress) => [progress.id, progress]))
  return flattened(startingWith(present, reader))
}

async function finishedFile(uploads: UploadsService, actor: Actor, row: UploadRow): Promise<StoredFile | null> {
  const path = parsePath(row.path)
  requireWritable(actor, path)
  const file = await uploads.deps.tree.find(path)
  return file?.id === row.entryId ? file : null
}
