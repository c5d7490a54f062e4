import type { FileHandle } from 'node:fs/promises'
import type { Actor, SignedInActor } from '../auth/model.ts'
import type { Reader } from '../platform/bus.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import {
  ChecksumMismatch,
  FileNotFound,
  LengthMismatch,
  OffsetMismatch,
  SpoolDamaged,
  storageProblem,
  TooManyUploads,
  UploadComplete,
  UploadExpired,
  UploadNotAppendable,
  UploadNotFound,
  UploadTooLong,
} from './errors.ts'
import { KeyedLock } from './keyed-lock.ts'
import type { StoredFile } from './model.ts'
import type { OpenFolder } from './open-folder.ts'
import type { StoragePath } from './path.ts'
import { requireUpload } from './policy.ts'
import type { AuditPort } from './service.ts'
import { whenSessionEnds } from './session-end.ts'
import { dropSpooled, Spool, spoolNameOf } from './spool.ts'
import { diskIo, type SpoolIo } from './spool-writer.ts'
import type { FileTree } from './tree.ts'
import { createFinal, createPart, createWhole, type Declaration } from './upload-create.ts'
import { UploadDigests } from './upload-digests.ts'
import { finishUpload } from './upload-finish.ts'
import type { UploadMetadata, UploadProgress, UploadRequest } from './upload-model.ts'
import { concatenate, dropIfUnused, PartGroups, requireParts } from './upload-parts.ts'
import { frameOf, ProgressPublisher } from './upload-progress.ts'
import { UploadPublisher } from './upload-publish.ts'
import { digestBehind, receive } from './upload-receive.ts'
import { expireUploads, recoverUpload, recoverUploads, removeLeftovers } from './upload-recovery.ts'
import { endsUpload, refusedByDisk } from './upload-refusals.ts'
import { uploadAtOnce } from './upload-small.ts'
import { listUploads, watchOwnUploads, watchUpload } from './upload-watching.ts'

export type UploadRow = NonNullable<Awaited<ReturnType<Database['upload']['findUnique']>>>

export interface UploadsServiceDeps {
  readonly tree: FileTree
  readonly audit: AuditPort
  readonly log: Log
  /** How long an upload may rest before it is removed with its bytes, in milliseconds. */
  readonly expiryMilliseconds?: number
  /** Asked before an upload is made; throws when there is no room for so many bytes more. `path` is null for a part, `length` while unknown. */
  readonly requireQuota?: (actor: SignedInActor, path: StoragePath | null, length: number | null) => Promise<void>
  /** Tests make the disk fail here. */
  readonly io?: SpoolIo
}

/** How far an upload is after a request. */
export interface UploadState {
  readonly row: UploadRow
  readonly offset: number
  /** The finished file, with the name it was given; null while the upload goes on, and for parts. */
  readonly file: StoredFile | null
}

const defaultExpiry = 24 * 60 * 60 * 1_000
/** Of one person. A page that sends a folder has a handful open at a time. */
const mostUnfinished = 1_000
const noBytes: UploadRequest = {
  offset: 0,
  source: { async *[Symbol.asyncIterator]() {}, stop() {} },
  checksum: null,
  completes: 'length',
  length: null,
}

/** Files on their way in. One request at a time per upload: the transport holds a lock around `write` and `cancel`. */
export class UploadsService {
  readonly deps: UploadsServiceDeps
  readonly progress: ProgressPublisher
  readonly expiryMilliseconds: number
  readonly io: SpoolIo
  readonly spool: Spool
  readonly digests = new UploadDigests()
  readonly groups = new PartGroups()
  readonly publisher: UploadPublisher
  /** Files that parts share, by their spool names: one change of their shape at a time. */
  readonly spoolLocks = new KeyedLock<string>()
  /** How files came together from parts: where their bytes lay already, or after they were put in order. */
  readonly concatenations = { inPlace: 0, copied: 0 }
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
    this.publisher = new UploadPublisher(deps.tree, () => this.spool.open(), this.io)
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
    await this.digests.close()
  }

  /**
   * Declares an upload. Errors: INVALID_INPUT, FILE_NOT_FOUND (no such folder), NOT_A_FOLDER, NAME_TAKEN, FORBIDDEN,
   * PATH_OUTSIDE_STORAGE, STORAGE_FULL, TOO_MANY_UPLOADS.
   */
  async create(actor: Actor, declaration: Declaration, completes: UploadRequest['completes'] = 'length'): Promise<UploadState> {
    requireUpload(actor)
    const row = await (declaration.role === 'PART' ? createPart : createWhole)(this, actor, declaration)
    const frame = frameOf(row)
    this.progress.publish(frame, this.progress.describe(frame, 'RECEIVING', 0))
    if (declaration.length === 0 && completes === 'length') return this.write(actor, row.id, noBytes)
    return { row, offset: 0, file: null }
  }

  /** Declares an upload and takes all of it, when it comes whole with its declaration and is small. Errors: as `create` and `write`. */
  async createAtOnce(actor: Actor, declaration: Declaration, request: UploadRequest): Promise<UploadState> {
    requireUpload(actor)
    this.#writing.add(declaration.id)
    try {
      return await uploadAtOnce(this, actor, declaration, request)
    } finally {
      this.#writing.delete(declaration.id)
    }
  }

  /** Counting each time would read all that was uploaded in a day; what finishes meanwhile only leaves more room than this knows. */
  async requireAllowance(userId: string): Promise<void> {
    let left = this.#allowances.get(userId) ?? 0
    if (left === 0) left = mostUnfinished - (await this.#database.upload.count({ where: { ownerId: userId, state: 'RECEIVING' } }))
    if (left <= 0) throw new TooManyUploads(mostUnfinished)
    this.#allowances.set(userId, left - 1)
  }

  /** One that came whole at once took nobody's place. */
  returnAllowance(userId: string): void {
    this.#allowances.set(userId, (this.#allowances.get(userId) ?? 0) + 1)
  }

  /** The actor's own upload, whatever its state. Throws UPLOAD_NOT_FOUND, also for somebody else's, and UPLOAD_EXPIRED. */
  async require(actor: Actor, id: string): Promise<UploadRow> {
    requireUpload(actor)
    const row = await this.#database.upload.findUnique({ where: { id } })
    if (!row || row.ownerId !== actor.userId) throw new UploadNotFound()
    if (row.expiresAt < this.deps.tree.deps.clock.now() && !this.#writing.has(id)) throw new UploadExpired()
    return row
  }

  /**
   * Appends bytes at the durable offset; what stands behind it in the spool is dropped. When the upload is whole with them
   * the file is verified, made durable and shown under its name before this returns. Returns how far it is, also when the
   * source broke off: what arrived until then is kept.
   * Errors: OFFSET_MISMATCH, CHECKSUM_MISMATCH, UPLOAD_TOO_LONG, LENGTH_MISMATCH, UPLOAD_COMPLETE, STORAGE_FULL,
   * STORAGE_READ_ONLY, SPOOL_DAMAGED, NAME_TAKEN, FILE_NOT_FOUND.
   */
  async write(actor: Actor, id: string, request: UploadRequest): Promise<UploadState> {
    const known = await this.require(actor, id)
    if (known.role === 'FINAL') throw new UploadNotAppendable()
    if (Number(known.durableOffset) !== request.offset) throw new OffsetMismatch(Number(known.durableOffset), request.offset)
    // Sent again because the answer was lost: with tus that is no mistake.
    if (known.state === 'DONE' && request.completes === 'length') return { row: known, offset: request.offset, file: null }
    if (known.state === 'DONE') throw new UploadComplete()
    const row = await this.#withLength(known, request)
    this.#writing.add(id)
    this.progress.begin(id, request.offset)
    const stopWaiting = whenSessionEnds(this.deps.tree.deps.bus, actor, () => request.source.stop())
    try {
      await using spool = await this.spool.open()
      const handle = await this.#openSpooled(row, spool, request.offset)
      if (!handle) return await this.#stateOf(actor, id)
      try {
        return await this.#take(actor, row, request, spool, handle)
      } catch (error) {
        throw await this.#fail(actor, row, request, spool, error)
      } finally {
        await handle.close().catch(() => {})
      }
    } finally {
      stopWaiting()
      this.#writing.delete(id)
      this.progress.pause(id)
    }
  }

  async #take(actor: Actor, row: UploadRow, request: UploadRequest, spool: OpenFolder, handle: FileHandle): Promise<UploadState> {
    const digest = await digestBehind(this, { row, handle, request })
    try {
      const { offset, isWhole } = await receive(this, { row, handle, request }, digest)
      if (!isWhole) return { row: await this.require(actor, row.id), offset, file: null }
      const whole = { ...row, length: BigInt(offset) }
      if (row.length === null) await this.#database.upload.update({ where: { id: row.id }, data: { length: whole.length } })
      const frame = frameOf(whole)
      this.progress.publish(frame, this.progress.describe(frame, 'VERIFYING', offset))
      const sha256 = await digest.digest()
      if (row.sha256 && row.sha256 !== sha256) throw new ChecksumMismatch('file')
      const check = () => digest.check({ fd: handle.fd, start: 0, length: offset })
      const file = await finishUpload(this, { actor, row: whole, hasRow: true, spool, handle, sha256, check })
      this.digests.forget(row.id)
      await this.ended(whole, actor, file, sha256)
      return { row: { ...whole, state: 'DONE', durableOffset: whole.length, path: file.path }, offset, file }
    } finally {
      digest.rest()
    }
  }

  /** Tells that a file stands under its name. */
  async ended(row: UploadRow, actor: Actor, file: StoredFile, sha256: string): Promise<void> {
    this.#finished += 1
    this.#refused = null
    const frame = { ...frameOf(row), path: file.path }
    this.progress.publish(frame, this.progress.describe(frame, 'DONE', file.size, { file }))
    this.deps.tree.publish(file.parentId, { changed: [file] })
    await this.deps.audit.record(actor, {
      action: 'files.upload',
      target: file.path,
      result: 'ok',
      details: { bytes: file.size, sha256 },
    })
  }

  /** A length that was left open can be said once; said again it must be the same. */
  async #withLength(row: UploadRow, { length, offset }: UploadRequest): Promise<UploadRow> {
    if (length === null || row.length === BigInt(length)) return row
    if (row.length !== null || length < offset) throw new LengthMismatch()
    return this.#database.upload.update({ where: { id: row.id }, data: { length: BigInt(length) } })
  }

  async #stateOf(actor: Actor, id: string): Promise<UploadState> {
    const row = await this.require(actor, id)
    return { row, offset: Number(row.durableOffset), file: null }
  }

  /** Null when the file stands under its name already: it must never be written to again. Throws UPLOAD_NOT_FOUND. */
  async #openSpooled(row: UploadRow, spool: OpenFolder, offset: number): Promise<FileHandle | null> {
    try {
      const handle = await spool.openForWriting(spoolNameOf(row))
      const { nlink, size } = await handle.stat()
      if (nlink === 1 && size >= Number(row.spoolStart) + offset) return handle
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

  /** Ends the upload when what it failed with cannot get better. Returns the problem in words. */
  async #fail(actor: Actor, row: UploadRow, request: UploadRequest, spool: OpenFolder, error: unknown): Promise<unknown> {
    const problem = this.noteRefusal(error, row.path)
    // The newer protocol wants an upload that got too long to be over; tus only refuses the request.
    const isTooLong = problem instanceof UploadTooLong && request.completes !== 'length'
    if (!isTooLong && !endsUpload(problem, error)) return problem
    const known = problem instanceof Problem ? problem : null
    await this.discard(row, spool, 'FAILED', known ?? { code: 'INTERNAL', message: 'Something went wrong inside the server.' })
    await this.endedBadly(row, actor, problem)
    return problem
  }

  /** Writes down that an upload has failed for good. */
  async endedBadly(row: UploadRow, actor: Actor, problem: unknown): Promise<void> {
    this.#failed += 1
    const result = problem instanceof Problem ? problem.code : 'INTERNAL'
    await this.deps.audit.record(actor, { action: 'files.upload', target: row.path, result })
  }

  /** What a failed call means, in words; what the disk is to blame for is remembered. */
  noteRefusal(error: unknown, path: string): unknown {
    const problem = storageProblem(error, path)
    if (refusedByDisk(problem, error)) this.#refused = { error, at: performance.now() }
    return problem
  }

  /**
   * Puts a file together from parts, in the order in which `concat` names them, and shows it under its name. The caller holds
   * the locks of the parts. Sent again it answers the same. Errors: as `create` and `write`, UPLOAD_NOT_FOUND, PART_UNFINISHED.
   */
  async concatenate(actor: Actor, id: string, concat: string, metadata: UploadMetadata): Promise<UploadState> {
    requireUpload(actor)
    const parts = await requireParts(this, actor, concat)
    const before = parts[0]?.state === 'DONE' ? parts[0].concat : null
    if (before && parts.every((part) => part.concat === before)) return this.#stateOf(actor, before)
    if (parts.some((part) => part.state === 'DONE')) throw new UploadNotFound()
    const length = parts.reduce((sum, part) => sum + Number(part.length), 0)
    const row = await createFinal(this, actor, { id, metadata, concat, length })
    const names = [...new Set(parts.map(spoolNameOf))].sort()
    for (const name of names) this.groups.close(actor, name)
    this.#writing.add(id)
    try {
      const frame = frameOf(row)
      this.progress.publish(frame, this.progress.describe(frame, 'VERIFYING', length))
      const { file, sha256 } = await this.spoolLocks.runAll(names, () => concatenate(this, actor, row, parts))
      await this.ended(row, actor, file, sha256)
      return { row: { ...row, state: 'DONE', durableOffset: BigInt(length), path: file.path }, offset: length, file }
    } catch (error) {
      const problem = this.noteRefusal(error, row.path)
      await this.endedBadly(row, actor, problem)
      await using spool = await this.spool.open()
      // A name that is taken can be answered with another; parts that are damaged cannot be mended.
      const isSpoilt = problem instanceof SpoolDamaged || problem instanceof ChecksumMismatch
      if (isSpoilt) for (const part of parts) await this.discard(part, spool, 'FAILED', problem)
      await this.discard(row, spool, 'FAILED', problem instanceof Problem ? problem : null)
      throw problem
    } finally {
      this.#writing.delete(id)
    }
  }

  /** Ends an unfinished upload and gives its space back. The last frame says why. */
  async discard(
    row: UploadRow,
    spool: OpenFolder,
    state: 'FAILED' | 'CANCELLED',
    reason: Pick<Problem, 'code' | 'message'> | null,
  ): Promise<void> {
    this.digests.forget(row.id)
    // What is put together from parts has no bytes but theirs.
    if (row.role === 'WHOLE') await dropSpooled(spool, row.id)
    await this.#database.upload.deleteMany({ where: { id: row.id } })
    if (row.role === 'PART') await this.spoolLocks.run(spoolNameOf(row), () => dropIfUnused(this, spoolNameOf(row)))
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
  list(actor: Actor): Promise<UploadProgress[]> {
    return listUploads(this, actor)
  }

  /** One upload as it goes on, its present state first. Errors: UPLOAD_NOT_FOUND. */
  watch(actor: Actor, id: string): Promise<Reader<UploadProgress>> {
    return watchUpload(this, actor, id)
  }

  /** All of the actor's uploads as they go on, those under way first. */
  watchOwn(actor: Actor): Promise<Reader<UploadProgress>> {
    return watchOwnUploads(this, actor)
  }
}
