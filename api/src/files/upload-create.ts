import type { Actor, SignedInActor } from '../auth/model.ts'
import { Unavailable } from '../platform/errors.ts'
import { NameTaken, StorageFull } from './errors.ts'
import type { OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, parsePath, rootPath, type StoragePath } from './path.ts'
import { requireChange, requireUpload, requireWriteInto, sharedName } from './policy.ts'
import { createSpooled, dropSpooled } from './spool.ts'
import { type IfExists, parseWish, type UploadMetadata, type UploadWish } from './upload-model.ts'
import { dropIfUnused } from './upload-parts.ts'
import { partIdsOf } from './upload-publish.ts'
import type { UploadRow, UploadsService } from './uploads.ts'

/** What somebody wants to send. */
export interface Declaration {
  readonly id: string
  /** Bytes; null when they are not known yet. */
  readonly length: number | null
  readonly metadata: UploadMetadata
  /** A part gets its path with the final upload that is made of it. */
  readonly role: 'WHOLE' | 'PART'
}

/** Checks a wish against what may be and what is there. Refuses before a byte is sent what cannot end well. */
export async function admit(uploads: UploadsService, actor: SignedInActor, wish: UploadWish, length: number | null): Promise<StoragePath> {
  const path = parsePath(wish.path)
  requireWriteInto(actor, parentPath(path) ?? rootPath)
  requireChange(actor, path)
  await uploads.requireAllowance(actor.userId)
  await uploads.deps.requireQuota?.(actor, path, length)
  return path
}

/** The row of an upload that may begin; nothing of it is stored yet. */
export function rowOf(
  uploads: UploadsService,
  actor: SignedInActor,
  { id, length, metadata, role }: Declaration,
  wish: UploadWish | null,
): UploadRow {
  const now = uploads.deps.tree.deps.clock.now()
  return {
    id,
    ownerId: actor.userId,
    path: wish ? parsePath(wish.path).text : '',
    length: length === null ? null : BigInt(length),
    durableOffset: 0n,
    sha256: wish?.sha256 ?? null,
    modifiedAt: wish?.modifiedAt ?? null,
    ifExists: wish?.ifExists ?? 'FAIL',
    role,
    spoolId: null,
    spoolStart: 0n,
    concat: null,
    metadata: JSON.stringify(metadata),
    state: 'RECEIVING',
    entryId: null,
    createdAt: now,
    expiresAt: new Date(now.getTime() + uploads.expiryMilliseconds),
  }
}

/** Makes spool file and row of an upload that comes as one. */
export async function createWhole(uploads: UploadsService, actor: SignedInActor, declaration: Declaration): Promise<UploadRow> {
  const wish = parseWish(declaration.metadata)
  const path = await admit(uploads, actor, wish, declaration.length)
  await using spool = await uploads.spool.open()
  await requireRoom(uploads, path, declaration.length ?? 0, wish.ifExists, spool)
  await createSpooled(spool, declaration.id, declaration.length ?? 0)
  try {
    return await uploads.deps.tree.deps.database.upload.create({ data: rowOf(uploads, actor, declaration, wish) })
  } catch (error) {
    await dropSpooled(spool, declaration.id)
    throw error
  }
}

/** Makes the row of a part and its place in the file that it shares with others. */
export async function createPart(uploads: UploadsService, actor: SignedInActor, declaration: Declaration): Promise<UploadRow> {
  const { id, length, metadata } = declaration
  // First of all, before anything is waited for: parts get their places in the order of their requests.
  const place = length === null ? null : uploads.groups.place(actor, id, length, metadata['group'] || null)
  // Who may write nowhere may not begin a part either, though nobody knows yet where it goes.
  requireWriteInto(actor, parsePath(`/${sharedName}`))
  await uploads.requireAllowance(actor.userId)
  await uploads.deps.requireQuota?.(actor, null, length)
  await using spool = await uploads.spool.open()
  const { bavail, bsize } = await spool.space()
  if (length !== null && length > bavail * bsize) throw new StorageFull()
  const name = place?.spoolId ?? id
  return await uploads.spoolLocks.run(name, async () => {
    await reserve(spool, name, (place?.start ?? 0) + (length ?? 0))
    const row = rowOf(uploads, actor, declaration, null)
    try {
      return await uploads.deps.tree.deps.database.upload.create({
        data: { ...row, spoolId: place?.spoolId ?? null, spoolStart: BigInt(place?.start ?? 0) },
      })
    } catch (error) {
      await dropIfUnused(uploads, name)
      throw error
    }
  })
}

/** The shared file has its length before its bytes come: each part lands where it will stay. */
async function reserve(spool: OpenFolder, name: string, end: number): Promise<void> {
  const handle = await spool.createFile(name).catch((error: unknown) => {
    if (error instanceof NameTaken) return spool.openForWriting(name)
    throw error
  })
  try {
    if ((await handle.stat()).size < end) await handle.truncate(end)
  } finally {
    await handle.close()
  }
}

/** Refuses before a byte is sent what cannot end well. */
export async function requireRoom(
  uploads: UploadsService,
  path: StoragePath,
  length: number,
  ifExists: IfExists,
  spool: OpenFolder,
): Promise<void> {
  await using place = await uploads.deps.tree.open(parentPath(path) ?? rootPath)
  const taken = await place.folder.look(nameOf(path))
  const mayStay = ifExists === 'KEEP_BOTH' || (ifExists === 'REPLACE' && taken?.isFile())
  if (taken && !mayStay) throw new NameTaken(nameOf(path))
  if ((await place.folder.stat()).dev !== (await spool.stat()).dev)
    throw new Unavailable('This folder is on another file system than the storage; files cannot be uploaded into it yet.', 'path')
  const { bavail, bsize } = await place.folder.space()
  if (length > bavail * bsize) throw new StorageFull()
}

/** The row of an upload that is put together from parts. The caller holds the parts. */
export async function createFinal(
  uploads: UploadsService,
  actor: Actor,
  { id, metadata, concat, length }: { id: string; metadata: UploadMetadata; concat: string; length: number },
): Promise<UploadRow> {
  requireUpload(actor)
  const wish = parseWish(metadata)
  const path = await admit(uploads, actor, wish, length)
  await using spool = await uploads.spool.open()
  // The bytes are there already; only where the parts have to be put in order they need their space once more.
  await requireRoom(uploads, path, 0, wish.ifExists, spool)
  const row = rowOf(uploads, actor, { id, length, metadata, role: 'WHOLE' }, wish)
  const named = `final;${partIdsOf(concat)
    .map((part) => `/uploads/${part}`)
    .join(' ')}`
  return uploads.deps.tree.deps.database.upload.create({ data: { ...row, role: 'FINAL', concat: named } })
}
