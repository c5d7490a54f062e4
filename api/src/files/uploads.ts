import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import type { Actor } from '../auth/model.ts'
import { requireSignedIn } from '../auth/policy.ts'
import { type Reader, startingWith } from '../platform/bus.ts'
import type { Database } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { ChecksumMismatch, FileNotFound, NameTaken, StorageFull, storageProblem, UploadNotFound, UploadTooLong } from './errors.ts'
import type { OpenFolder } from './jail.ts'
import type { StoredFile } from './model.ts'
import { nameOf, parentPath, parsePath, reservedName, rootPath } from './path.ts'
import { requireChange, requireSee, requireWriteInto } from './policy.ts'
import type { AuditPort } from './service.ts'
import { diskIo, type SpoolIo, SpoolWriter } from './spool-writer.ts'
import { flattened } from './streams.ts'
import type { FileTree } from './tree.ts'
import { finishUpload } from './upload-finish.ts'
import { ownUploadsProgressed, type PartChecksum, parseWish, type UploadProgress, uploadProgressed } from './upload-model.ts'
import { ProgressPublisher, type UploadFrame } from './upload-progress.ts'
import { expireUploads, recoverUploads } from './upload-recovery.ts'

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

const spoolPath: readonly string[] = [reservedName, 'spool']
const defaultExpiry = 24 * 60 * 60 * 1_000
/** Running hashes of uploads that rest between two requests; one that was forgotten is read from the spool once. */
const mostHashes = 256

/** Files on their way in. One request at a time per upload: the transport holds a lock around `write` and `cancel`. */
export class UploadsService {
  readonly deps: UploadsServiceDeps
  readonly progress: ProgressPublisher
  readonly expiryMilliseconds: number
  readonly #io: SpoolIo
  readonly #hashes = new Map<string, { readonly offset: number; readonly hash: Hash }>()
  readonly #writing = new Set<string>()

  constructor(deps: UploadsServiceDeps) {
    this.deps = deps
    this.progress = new ProgressPublisher(deps.tree.deps.bus)
    this.expiryMilliseconds = deps.expiryMilliseconds ?? defaultExpiry
    this.#io = deps.io ?? diskIo
  }

  get #database(): Database {
    return this.deps.tree.deps.database
  }

  /** Brings spool and rows together after whatever ended the last run. Call once, after the files service has started. */
  async start(): Promise<void> {
    await recoverUploads(this)
    await this.expire()
  }

  /** Removes what has rested too long; call it now and then. Returns how many uploads went. */
  expire(): Promise<number> {
    return expireUploads(this, (id) => this.#writing.has(id))
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
    requireSignedIn(actor)
    const wish = parseWish(metadata)
    const path = parsePath(wish.path)
    requireWriteInto(actor, parentPath(path) ?? rootPath)
    requireChange(actor, path)
    const { tree } = this.deps
    await using place = await tree.open(parentPath(path) ?? rootPath)
    const taken = await place.folder.look(nameOf(path))
    if (taken && !(wish.replace && taken.isFile())) throw new NameTaken(nameOf(path))
    const { bavail, bsize } = await place.folder.space()
    if (length > bavail * bsize) throw new StorageFull()
    await using spool = await this.openSpool()
    const handle = await spool.createFile(id)
    try {
      // Says now whether the file system can hold a file of this size at all.
      await handle.truncate(length)
      await handle.truncate(0)
    } catch (error) {
      await spool.removeFile(id)
      throw storageProblem(error, path.text)
    } finally {
      await handle.close()
    }
    const now = tree.deps.clock.now()
    const row = await this.#database.upload.create({
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
    const frame = frameOf(row)
    this.progress.publish(frame, this.progress.describe(frame, 'RECEIVING', 0))
    if (length === 0) await this.write(actor, id, 0, [], null)
    return row
  }

  /** The actor's own upload, whatever its state. Throws UPLOAD_NOT_FOUND, also for somebody else's. */
  async require(actor: Actor, id: string): Promise<UploadRow> {
    requireSignedIn(actor)
    const row = await this.#database.upload.findUnique({ where: { id } })
    if (!row || row.ownerId !== actor.userId) throw new UploadNotFound()
    return row
  }

  /**
   * Appends bytes at `offset`, which is the durable one; what stands behind it in the spool is dropped. When the last byte
   * is there the file is verified, made durable and shown under its name before this returns. Returns the new offset.
   * Errors: CHECKSUM_MISMATCH, UPLOAD_TOO_LONG, STORAGE_FULL, STORAGE_READ_ONLY, NAME_TAKEN, FILE_NOT_FOUND.
   */
  async write(
    actor: Actor,
    id: string,
    offset: number,
    source: AsyncIterable<Buffer> | Iterable<Buffer>,
    checksum: PartChecksum | null,
  ): Promise<number> {
    const row = await this.require(actor, id)
    if (row.state === 'DONE') return Number(row.length)
    this.#writing.add(id)
    this.progress.begin(id, offset)
    try {
      await using spool = await this.openSpool()
      return await this.#receive(actor, row, spool, offset, source, checksum)
    } finally {
      this.#writing.delete(id)
      this.progress.pause(id)
    }
  }

  async #receive(
    actor: Actor,
    row: UploadRow,
    spool: OpenFolder,
    offset: number,
    source: AsyncIterable<Buffer> | Iterable<Buffer>,
    checksum: PartChecksum | null,
  ): Promise<number> {
    const length = Number(row.length)
    const handle = await this.#openSpooled(row, spool)
    try {
      await handle.truncate(offset)
      const hash = await this.#hashAt(row.id, handle, offset)
      const before = hash.copy()
      const part = checksum && createHash(checksum.algorithm)
      const writer = new SpoolWriter({
        handle,
        position: offset,
        io: this.#io,
        hashes: part ? [hash, part] : [hash],
        // Bytes under a checksum count only once it was seen to match; the last byte only once the file stands under its name.
        onDurable: async (durable) => {
          if (!checksum && durable < length && this.progress.advance(frameOf(row), durable)) await this.#saveOffset(row.id, durable)
        },
      })
      const fault = await drain(source, writer)
      if (writer.failure) throw writer.failure.error
      const isWhole = fault === null || (!checksum && writer.position === length && !isTooLong(fault))
      const matches = !checksum || !part || part.digest().equals(checksum.digest)
      if (isTooLong(fault) || writer.position > length || (checksum && !(isWhole && matches))) {
        await writer.settle(false)
        await handle.truncate(offset)
        await this.#saveOffset(row.id, offset)
        this.#rememberHash(row.id, offset, before)
        if (fault !== null && !isTooLong(fault)) throw fault
        throw isTooLong(fault) || writer.position > length ? new UploadTooLong() : new ChecksumMismatch('part')
      }
      if (writer.position === length) {
        await writer.settle(false)
        await this.#finish(actor, row, spool, handle, hash.digest('hex'))
        return length
      }
      await writer.settle(true)
      await this.#saveOffset(row.id, writer.position)
      this.#rememberHash(row.id, writer.position, hash)
      const frame = frameOf(row)
      this.progress.publish(frame, this.progress.describe(frame, 'RECEIVING', writer.position))
      if (fault !== null) throw fault
      return writer.position
    } catch (error) {
      const problem = storageProblem(error, row.path)
      if (endsUpload(problem, error)) await this.#fail(actor, row, spool, problem)
      throw problem
    } finally {
      await handle.close().catch(() => {})
    }
  }

  async #openSpooled(row: UploadRow, spool: OpenFolder): Promise<FileHandle> {
    try {
      return await spool.openForWriting(row.id)
    } catch (error) {
      if (!(error instanceof FileNotFound)) throw error
      await this.#database.upload.deleteMany({ where: { id: row.id } })
      throw new UploadNotFound()
    }
  }

  /** The hash of everything before `offset`. */
  async #hashAt(id: string, handle: FileHandle, offset: number): Promise<Hash> {
    const remembered = this.#hashes.get(id)
    this.#hashes.delete(id)
    if (remembered?.offset === offset) return remembered.hash
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(Math.min(1024 * 1024, Math.max(1, offset)))
    for (let at = 0; at < offset; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, offset - at), at)
      if (bytesRead === 0) throw new UploadNotFound()
      hash.update(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
    return hash
  }

  #rememberHash(id: string, offset: number, hash: Hash): void {
    this.#hashes.set(id, { offset, hash })
    const [oldest] = this.#hashes.keys()
    if (this.#hashes.size > mostHashes && oldest !== undefined) this.#hashes.delete(oldest)
  }

  async #saveOffset(id: string, offset: number): Promise<void> {
    const expiresAt = new Date(this.deps.tree.deps.clock.now().getTime() + this.expiryMilliseconds)
    await this.#database.upload.updateMany({ where: { id }, data: { durableOffset: BigInt(offset), expiresAt } })
  }

  async #finish(actor: Actor, row: UploadRow, spool: OpenFolder, handle: FileHandle, sha256: string): Promise<void> {
    const frame = frameOf(row)
    this.progress.publish(frame, this.progress.describe(frame, 'VERIFYING', Number(row.length)))
    if (row.sha256 && row.sha256 !== sha256) throw new ChecksumMismatch('file')
    const file = await finishUpload(this.deps.tree, { actor, row, spool, handle, sha256 })
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
    const known = problem instanceof Problem ? problem : null
    await this.discard(row, spool, 'FAILED', known?.message ?? 'Something went wrong inside the server.')
    await this.deps.audit.record(actor, { action: 'files.upload', target: row.path, result: known?.code ?? 'INTERNAL' })
  }

  /** Ends an unfinished upload and gives its space back. The last frame says why. */
  async discard(row: UploadRow, spool: OpenFolder, state: 'FAILED' | 'CANCELLED', reason: string | null): Promise<void> {
    this.#hashes.delete(row.id)
    await spool.removeTree(row.id)
    await this.#database.upload.deleteMany({ where: { id: row.id } })
    const frame = frameOf(row)
    this.progress.publish(frame, this.progress.describe(frame, state, Number(row.durableOffset), { problem: reason }))
  }

  /** Errors: UPLOAD_NOT_FOUND, also for one that has finished. */
  async cancel(actor: Actor, id: string): Promise<void> {
    const row = await this.require(actor, id)
    if (row.state === 'DONE') throw new UploadNotFound()
    await using spool = await this.openSpool()
    await this.discard(row, spool, 'CANCELLED', null)
    await this.deps.audit.record(actor, { action: 'files.cancelUpload', target: row.path, result: 'ok' })
  }

  /** The actor's unfinished uploads, newest first: what can be resumed. */
  async list(actor: Actor): Promise<UploadProgress[]> {
    requireSignedIn(actor)
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
    requireSignedIn(actor)
    const reader = this.deps.tree.deps.bus.watch(ownUploadsProgressed, actor.userId)
    return flattened(
      startingWith(async () => new Map((await this.list(actor)).reverse().map((progress) => [progress.id, progress])), reader),
    )
  }

  async #finishedFile(actor: Actor, row: UploadRow): Promise<StoredFile | null> {
    const path = parsePath(row.path)
    requireSee(actor, path)
    const file = await this.deps.tree.find(path)
    return file?.id === row.entryId ? file : null
  }

  openSpool(): Promise<OpenFolder> {
    return this.deps.tree.deps.jail.walk(spoolPath)
  }
}

function frameOf(row: UploadRow): UploadFrame {
  return { id: row.id, ownerId: row.ownerId, path: row.path, length: Number(row.length) }
}

/** Writes the source until it ends; what the source failed with, null when it ended well. */
async function drain(source: AsyncIterable<Buffer> | Iterable<Buffer>, writer: SpoolWriter): Promise<unknown> {
  try {
    for await (const chunk of source) await writer.write(chunk)
    return null
  } catch (error) {
    return error ?? new Error('the source failed')
  }
}

/** The protocol handler stops a body that is longer than what was declared with this status. */
function isTooLong(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status_code' in error && error.status_code === 413
}

/** A request that broke off, sent too much or a wrong part can be repeated; what the disk or the target refused cannot. */
function endsUpload(problem: unknown, original: unknown): boolean {
  if (problem instanceof UploadTooLong || problem instanceof UploadNotFound) return false
  if (problem instanceof ChecksumMismatch) return problem.what === 'file'
  return problem instanceof Problem || (original instanceof Error && 'syscall' in original && original.syscall !== 'read')
}
