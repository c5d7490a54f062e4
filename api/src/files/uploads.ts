import type { FileHandle } from 'node:fs/promises'
import type { Actor, SignedInActor } from '../auth/model.ts'
import { type Reader, startingWith } from '../platform/bus.ts'
import type { Database } from '../platform/db.ts'
import { Problem, Unavailable } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import {
  ChecksumMismatch,
  FileNotFound,
  NameTaken,
  StorageFull,
  StorageReadOnly,
  storageProblem,
  TooManyUploads,
  UploadNotFound,
  UploadTooLong,
} from './errors.ts'
import type { StoredFile } from './model.ts'
import type { OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, parsePath, rootPath, type StoragePath } from './path.ts'
import { requireChange, requireUpload, requireWritable, requireWriteInto } from './policy.ts'
import type { AuditPort } from './service.ts'
import { whenSessionEnds } from './session-end.ts'
import { createSpooled, dropSpooled, Spool } from './spool.ts'
import { diskIo, type SpoolIo } from './spool-writer.ts'
import { flattened } from './streams.ts'
import type { FileTree } from './tree.ts'
import { finishUpload } from './upload-finish.ts'
import {
  ownUploadsProgressed,
  type PartChecksum,
  parseWish,
  type UploadProgress,
  type UploadSource,
  type UploadWish,
  uploadProgressed,
} from './upload-model.ts'
import { frameOf, ProgressPublisher } from './upload-progress.ts'
import { receive } from './upload-receive.ts'
import { expireUploads, recoverUpload, recoverUploads, removeLeftovers } from './upload-recovery.ts'

export type UploadRow = NonNullable<Awaited<ReturnType<Database['upload']['findUnique']>>>

export interface UploadsServiceDeps {
  readonly tree: FileTree
  readonly audit: AuditPort
  readonly log: Log
  /** How long an upload may rest before it is removed with its bytes, in milliseconds. */
  readonly expiryMilliseconds?: number
  /** Tests make the disk fail here. */
  readonly io?: SpoolIo
}

const defaultExpiry = 24 * 60 * 60 * 1_000
/** Of one person. A page that sends a folder has a handful open at a time. */
const mostUnfinished = 1_000
const noBytes: UploadSource = { async *[Symbol.asyncIterator]() {}, stop() {} }

interface NewUpload {
  readonly id: string
  readonly path: StoragePath
  readonly length: number
  readonly wish: UploadWish
  readonly metadata: Readonly<Record<string, string | null>>
}

/** Files on their way in. One request at a time per upload: the transport holds a lock around `write` and `cancel`. */
export class UploadsService {
  readonly deps: UploadsServiceDeps
  readonly progress: ProgressPublisher
  readonly expiryMilliseconds: number
  readonly io: SpoolIo
  readonly spool: Spool
  /** How many uploads each may still begin before they are counted again. */
  readonly #allowances = new Map<string, number>()
  readonly #writing = new Set<string>()
  #finished = 0
  #failed = 0
  /** What the disk refused last, until it takes a file again; by the monotonic clock. */
  #refused: { readonly error: unknown; readonly at: number } | null = null

  constructor(deps: UploadsServiceDeps) {
    this.deps = deps
    this.progress = new ProgressPublisher(deps.tree.deps.bus)
    this.expiryMilliseconds = deps.expiryMilliseconds ?? defaultExpiry
    this.io = deps.io ?? diskIo
    this.spool = new Spool(deps.tree.deps.jail)
  }

  get #database(): Database {
    return this.deps.tree.deps.database
  }

  /** Brings spool and rows together after whatever ended the last run. Call once, after the files service has started. */
  async start(): Promise<void> {
    await recoverUploads(this)
    await this.expire()
  }

  /** Removes what has rested too long. Returns how many uploads went. Throws the signal's reason between two of them. */
  expire(signal?: AbortSignal): Promise<number> {
    return expireUploads(this, (id) => this.#writing.has(id), signal)
  }

  /** Removes bytes that no upload knows and nobody touched for a day. Returns how many files went. Throws the signal's reason between two of them. */
  async dropLeftovers(signal?: AbortSignal): Promise<number> {
    await using spool = await this.spool.open()
    return await removeLeftovers(this, spool, new Date(this.deps.tree.deps.clock.now().getTime() - 24 * 3_600_000), signal)
  }

  /** How receiving goes, for the health of services. */
  get receiving() {
    return { now: this.#writing.size, finished: this.#finished, failed: this.#failed, refused: this.#refused }
  }

  /** Until no request writes any more, so that what arrived is saved before the database closes; 5 s at most. */
  async settled(): Promise<void> {
    const deadline = performance.now() + 5_000
    while (this.#writing.size > 0 && performance.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  /**
   * Declares an upload. Errors: INVALID_INPUT, FILE_NOT_FOUND (no such folder), NOT_A_FOLDER, NAME_TAKEN, FORBIDDEN,
   * PATH_OUTSIDE_STORAGE, STORAGE_FULL.
   */
  async create(actor: Actor, id: string, length: number, metadata: Readonly<Record<string, string | null>>): Promise<UploadRow> {
    requireUpload(actor)
    const wish = parseWish(metadata)
    const path = parsePath(wish.path)
    requireWriteInto(actor, parentPath(path) ?? rootPath)
    requireChange(actor, path)
    await this.#requireAllowance(actor)
    await using spool = await this.spool.open()
    await this.#requireRoom(path, length, wish.replace, spool)
    await createSpooled(spool, id, length)
    const row = await this.#insert(actor, { id, path, length, wish, metadata }).catch(async (error: unknown) => {
      await dropSpooled(spool, id)
      throw error
    })
    const frame = frameOf(row)
    this.progress.publish(frame, this.progress.describe(frame, 'RECEIVING', 0))
    if (length === 0) await this.write(actor, id, 0, noBytes, null)
    return row
  }

  /** Counting each time would read all that was uploaded in a day; what finishes meanwhile only leaves more room than this knows. */
  async #requireAllowance(actor: SignedInActor): Promise<void> {
    let left = this.#allowances.get(actor.userId) ?? 0
    if (left === 0) left = mostUnfinished - (await this.#database.upload.count({ where: { ownerId: actor.userId, state: 'RECEIVING' } }))
    if (left <= 0) throw new TooManyUploads(mostUnfinished)
    this.#allowances.set(actor.userId, left - 1)
  }

  /** Refuses before a byte is sent what cannot end well. */
  async #requireRoom(path: StoragePath, length: number, replace: boolean, spool: OpenFolder): Promise<void> {
    await using place = await this.deps.tree.open(parentPath(path) ?? rootPath)
    const taken = await place.folder.look(nameOf(path))
    if (taken && !(replace && taken.isFile())) throw new NameTaken(nameOf(path))
    if ((await place.folder.stat()).dev !== (await spool.stat()).dev)
      throw new Unavailable('This folder is on another file system than the storage; files cannot be uploaded into it yet.', 'path')
    const { bavail, bsize } = await place.folder.space()
    if (length > bavail * bsize) throw new StorageFull()
  }

  #insert(actor: SignedInActor, { id, path, length, wish, metadata }: NewUpload): Promise<UploadRow> {
    const now = this.deps.tree.deps.clock.now()
    return this.#database.upload.create({
      data: {
        id,
        ownerId: actor.userId,
        path: path.text,
        length: BigInt(length),
        durableOffset: 0n,
        sha256: wish.sha256,
        modifiedAt: wish.modifiedAt,
        replace: wish.replace,
        metadata: JSON.stringify(metadata),
        state: 'RECEIVING',
        createdAt: now,
        expiresAt: new Date(now.getTime() + this.expiryMilliseconds),
      },
    })
  }

  /** The actor's own upload, whatever its state. Throws UPLOAD_NOT_FOUND, also for somebody else's. */
  async require(actor: Actor, id: string): Promise<UploadRow> {
    requireUpload(actor)
    const row = await this.#database.upload.findUnique({ where: { id } })
    if (!row || row.ownerId !== actor.userId) throw new UploadNotFound()
    return row
  }

  /**
   * Appends bytes at `offset`, which is the durable one; what stands behind it in the spool is dropped. When the last byte
   * is there the file is verified, made durable and shown under its name before this returns. Returns the new offset, also
   * when the source broke off: what arrived until then is kept.
   * Errors: CHECKSUM_MISMATCH, UPLOAD_TOO_LONG, STORAGE_FULL, STORAGE_READ_ONLY, NAME_TAKEN, FILE_NOT_FOUND.
   */
  async write(actor: Actor, id: string, offset: number, source: UploadSource, checksum: PartChecksum | null): Promise<number> {
    const row = await this.require(actor, id)
    if (row.state === 'DONE') return Number(row.length)
    this.#writing.add(id)
    this.progress.begin(id, offset)
    const stopWaiting = whenSessionEnds(this.deps.tree.deps.bus, actor, () => source.stop())
    try {
      await using spool = await this.spool.open()
      const handle = await this.#openSpooled(row, spool, offset)
      if (!handle) return Number((await this.require(actor, id)).durableOffset)
      try {
        const sha256 = await receive(this, { row, handle, offset, source, checksum })
        if (sha256 === null) return Number((await this.require(actor, id)).durableOffset)
        await this.#finish(actor, row, spool, handle, sha256)
        return Number(row.length)
      } catch (error) {
        const problem = storageProblem(error, row.path)
        if (refusedByDisk(problem, error)) this.#refused = { error, at: performance.now() }
        if (endsUpload(problem, error)) await this.#fail(actor, row, spool, problem)
        throw problem
      } finally {
        await handle.close().catch(() => {})
      }
    } finally {
      stopWaiting()
      this.#writing.delete(id)
      this.progress.pause(id)
    }
  }

  /** Null when the file stands under its name already: it must never be written to again. Throws UPLOAD_NOT_FOUND. */
  async #openSpooled(row: UploadRow, spool: OpenFolder, offset: number): Promise<FileHandle | null> {
    try {
      const handle = await spool.openForWriting(row.id)
      const { nlink, size } = await handle.stat()
      if (nlink === 1 && size >= offset) return handle
      // Another name for it, or less of it than the row vouches for: as after a start, see what can be made of it.
      await handle.close()
      await recoverUpload(this, spool, row)
      return null
    } catch (error) {
      if (!(error instanceof FileNotFound)) throw error
      await this.#database.upload.deleteMany({ where: { id: row.id } })
      throw new UploadNotFound()
    }
  }

  /** Moves the end of its rest on as well. */
  async saveOffset(id: string, offset: number): Promise<void> {
    const expiresAt = new Date(this.deps.tree.deps.clock.now().getTime() + this.expiryMilliseconds)
    await this.#database.upload.updateMany({ where: { id }, data: { durableOffset: BigInt(offset), expiresAt } })
  }

  async #finish(actor: Actor, row: UploadRow, spool: OpenFolder, handle: FileHandle, sha256: string): Promise<void> {
    const frame = frameOf(row)
    this.progress.publish(frame, this.progress.describe(frame, 'VERIFYING', Number(row.length)))
    if (row.sha256 && row.sha256 !== sha256) throw new ChecksumMismatch('file')
    const file = await finishUpload(this.deps.tree, { actor, row, spool, handle, sha256 })
    this.#finished += 1
    this.#refused = null
    this.progress.publish(frame, this.progress.describe(frame, 'DONE', Number(row.length), { file }))
    this.deps.tree.publish(file.parentId, { changed: [file] })
    await this.deps.audit.record(actor, {
      action: 'files.upload',
      target: row.path,
      result: 'ok',
      details: { bytes: Number(row.length), sha256 },
    })
  }

  async #fail(actor: Actor, row: UploadRow, spool: OpenFolder, problem: unknown): Promise<void> {
    this.#failed += 1
    const known = problem instanceof Problem ? problem : null
    await this.discard(row, spool, 'FAILED', known ?? { code: 'INTERNAL', message: 'Something went wrong inside the server.' })
    await this.deps.audit.record(actor, { action: 'files.upload', target: row.path, result: known?.code ?? 'INTERNAL' })
  }

  /** Ends an unfinished upload and gives its space back. The last frame says why. */
  async discard(
    row: UploadRow,
    spool: OpenFolder,
    state: 'FAILED' | 'CANCELLED',
    reason: Pick<Problem, 'code' | 'message'> | null,
  ): Promise<void> {
    this.spool.forgetHash(row.id)
    await dropSpooled(spool, row.id)
    await this.#database.upload.deleteMany({ where: { id: row.id } })
    const frame = frameOf(row)
    const why = { problem: reason?.message ?? null, problemCode: reason?.code ?? null }
    this.progress.publish(frame, this.progress.describe(frame, state, Number(row.durableOffset), why))
  }

  /** Errors: UPLOAD_NOT_FOUND, also for one that has finished. */
  async cancel(actor: Actor, id: string): Promise<void> {
    const row = await this.require(actor, id)
    if (row.state === 'DONE') throw new UploadNotFound()
    await using spool = await this.spool.open()
    await this.discard(row, spool, 'CANCELLED', null)
    await this.deps.audit.record(actor, { action: 'files.cancelUpload', target: row.path, result: 'ok' })
  }

  /** The actor's unfinished uploads, newest first: what can be resumed. */
  async list(actor: Actor): Promise<UploadProgress[]> {
    requireUpload(actor)
    const rows = await this.#database.upload.findMany({
      where: { ownerId: actor.userId, state: 'RECEIVING' },
      orderBy: { createdAt: 'desc' },
      take: 500,
    })
    return rows.map((row) => this.progress.describe(frameOf(row), 'RECEIVING', Number(row.durableOffset)))
  }

  /** One upload as it goes on, its present state first. Errors: UPLOAD_NOT_FOUND. */
  async watch(actor: Actor, id: string): Promise<Reader<UploadProgress>> {
    const reader = this.deps.tree.deps.bus.watch(uploadProgressed, id)
    try {
      const row = await this.require(actor, id)
      const file = row.state === 'DONE' ? await this.#finishedFile(actor, row) : null
      return startingWith(() => this.progress.describe(frameOf(row), row.state, Number(row.durableOffset), { file }), reader)
    } catch (error) {
      await reader.return()
      throw error
    }
  }

  /** All of the actor's uploads as they go on, those under way first. A slow reader finds the newest frame of each. */
  async watchOwn(actor: Actor): Promise<Reader<UploadProgress>> {
    requireUpload(actor)
    const reader = this.deps.tree.deps.bus.watch(ownUploadsProgressed, actor.userId)
    return flattened(
      startingWith(async () => new Map((await this.list(actor)).reverse().map((progress) => [progress.id, progress])), reader),
    )
  }

  async #finishedFile(actor: Actor, row: UploadRow): Promise<StoredFile | null> {
    const path = parsePath(row.path)
    requireWritable(actor, path)
    const file = await this.deps.tree.find(path)
    return file?.id === row.entryId ? file : null
  }
}

/** A request that broke off, sent too much or a wrong part can be repeated; what the disk or the target refused cannot. */
function endsUpload(problem: unknown, original: unknown): boolean {
  if (problem instanceof UploadTooLong || problem instanceof UploadNotFound) return false
  if (problem instanceof ChecksumMismatch) return problem.what === 'file'
  return problem instanceof Problem || (original instanceof Error && 'syscall' in original && original.syscall !== 'read')
}

/** Not what the sender or the name is to blame for: the disk said no, and the problem only puts it in words. */
function refusedByDisk(problem: unknown, original: unknown): boolean {
  if (problem instanceof StorageFull || problem instanceof StorageReadOnly) return true
  if (problem instanceof Unavailable) return problem !== original
  return !(problem instanceof Problem) && original instanceof Error && 'syscall' in original && original.syscall !== 'read'
}
