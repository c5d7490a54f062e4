import type { FastifyRequest } from 'fastify'
import {
  ChecksumMismatch,
  LengthMismatch,
  NameTaken,
  OffsetMismatch,
  SpoolDamaged,
  UploadComplete,
  UploadNotFound,
  UploadTooLong,
} from '../files/errors.ts'
import { downloadUrlOf } from '../files/model.ts'
import { smallUpload } from '../files/upload-digests.ts'
import type { UploadLocker } from '../files/upload-locker.ts'
import type { PartChecksum, UploadMetadata, UploadRequest } from '../files/upload-model.ts'
import type { UploadRow, UploadState, UploadsService } from '../files/uploads.ts'
import type { Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { RequestRefused } from './problem.ts'
import { contentLocation, parseMetadata, type UploadAnswer, type UploadExchange } from './tus.ts'

const bytesType = 'application/partial-upload'
/** Of the drafts from -08 on. While the protocol is a draft, interim responses go only to clients that say the same. */
const interopVersion = '8'
const typesUrl = 'https://iana.org/assignments/http-problem-types#'
/** What an upload in one request may say of its file in the address: `/uploads?path=/ada/a.txt&ifExists=keepBoth`. */
const wishes = ['path', 'ifExists', 'mtime', 'sha256']

/** Told by its headers, and by there being none of tus. */
export function isResumableRequest({ method, id, headers }: Pick<UploadExchange, 'method' | 'id' | 'headers'>): boolean {
  if (headers['tus-resumable'] !== undefined || method === 'OPTIONS') return false
  if (headers['upload-complete'] !== undefined) return true
  return id !== null && (method === 'HEAD' || method === 'DELETE' || headers['content-type'] === bytesType)
}

/** What an interim response to this request says; null for clients that could not read it. */
export function interimHeaders(request: FastifyRequest, headers: Record<string, string>): Record<string, string> | null {
  if (request.raw.httpVersionMinor === 0 || request.headers['upload-draft-interop-version'] !== interopVersion) return null
  return { ...headers, 'upload-draft-interop-version': interopVersion }
}

/** "Resumable Uploads for HTTP", draft-ietf-httpbis-resumable-upload, over the same uploads service as tus. */
export class ResumableUploads {
  readonly #uploads: UploadsService
  readonly #locker: UploadLocker

  constructor(uploads: UploadsService, locker: UploadLocker) {
    this.#uploads = uploads
    this.#locker = locker
  }

  async answer(exchange: UploadExchange): Promise<UploadAnswer> {
    const { id, method } = exchange
    if (id === null) return this.#create(exchange)
    if (method === 'HEAD') return this.#head(exchange, id)
    if (method === 'PATCH') return this.#append(exchange, id)
    if (method === 'DELETE') return this.#cancel(exchange, id)
    throw new UploadNotFound()
  }

  async #create(exchange: UploadExchange): Promise<UploadAnswer> {
    const { actor, headers, source } = exchange
    const isComplete = parseFlag(headers['upload-complete'])
    if (isComplete === null) throw refuse('Upload-Complete is ?1 or ?0.')
    const length = lengthOf(exchange, 0, isComplete)
    const id = createId()
    const declaration = { id, length, metadata: metadataOf(exchange), role: 'WHOLE' as const }
    const location = `/uploads/${id}`
    const request: UploadRequest = {
      offset: 0,
      source,
      checksum: digestOf(headers['content-digest']),
      completes: isComplete ? 'now' : 'later',
      length: null,
      onDurable: (offset) => exchange.inform({ 'upload-offset': String(offset) }),
    }
    if (isComplete && length !== null && length <= smallUpload && Number(headers['content-length'] ?? 0) === length)
      return ended(await this.#uploads.createAtOnce(actor, declaration, request))
    const { row } = await this.#uploads.create(actor, declaration, request.completes)
    exchange.inform({ location, 'upload-limit': limitOf(row) })
    const state = await this.#locked(exchange, id, () => this.#uploads.write(actor, id, request))
    return state.file ? ended(state) : { status: 201, headers: { location, ...progressOf(state), 'upload-limit': limitOf(state.row) } }
  }

  async #head(exchange: UploadExchange, id: string): Promise<UploadAnswer> {
    await this.#uploads.require(exchange.actor, id)
    return this.#locked(exchange, id, async () => {
      const row = await this.#uploads.require(exchange.actor, id)
      const state = { row, offset: Number(row.durableOffset), file: null }
      return {
        status: 204,
        headers: {
          ...progressOf(state),
          ...(row.length === null ? {} : { 'upload-length': String(row.length) }),
          'upload-limit': limitOf(row),
          ...(row.state === 'DONE' ? contentLocation(row) : {}),
        },
      }
    })
  }

  async #append(exchange: UploadExchange, id: string): Promise<UploadAnswer> {
    const { actor, headers, source } = exchange
    if (headers['content-type'] !== bytesType) throw new RequestRefused(415, 'UNSUPPORTED_MEDIA_TYPE', `Send the bytes as ${bytesType}.`)
    const offset = parseInteger(headers['upload-offset'])
    const isComplete = parseFlag(headers['upload-complete'])
    if (offset === null || isComplete === null) throw refuse('Say Upload-Offset, and whether the upload is complete: Upload-Complete.')
    await this.#uploads.require(actor, id)
    const state = await this.#locked(exchange, id, () =>
      this.#uploads.write(actor, id, {
        offset,
        source,
        checksum: digestOf(headers['content-digest']),
        completes: isComplete ? 'now' : 'later',
        length: lengthOf(exchange, offset, isComplete),
        onDurable: (durable) => exchange.inform({ 'upload-offset': String(durable) }),
      }),
    )
    return state.file ? ended(state) : { status: 204, headers: { ...progressOf(state), 'upload-limit': limitOf(state.row) } }
  }

  async #cancel(exchange: UploadExchange, id: string): Promise<UploadAnswer> {
    await this.#uploads.require(exchange.actor, id)
    await this.#locked(exchange, id, () => this.#uploads.cancel(exchange.actor, id))
    return { status: 204, headers: {} }
  }

  /** Who comes later is right: a client sends one request at a time, so the one before has failed for it. */
  async #locked<T>({ source }: UploadExchange, id: string, run: () => Promise<T>): Promise<T> {
    const release = await this.#locker.acquire(id, true, () => source.stop())
    try {
      return await run()
    } finally {
      release()
    }
  }

  /** The problem in the draft's terms, and the headers that its answer must have. */
  explain(exchange: UploadExchange, error: Problem): { problem: Problem; headers: Record<string, string> } {
    // All bytes were here and the file could not be made of them: to resume would not help.
    const isOver =
      error instanceof NameTaken || error instanceof SpoolDamaged || (error instanceof ChecksumMismatch && error.what === 'file')
    const said = isOver && parseFlag(exchange.headers['upload-complete']) === true
    const headers: Record<string, string> = exchange.method === 'HEAD' ? {} : { 'upload-complete': said ? '?1' : '?0' }
    if (error instanceof OffsetMismatch) {
      const { expectedOffset, providedOffset } = error.details
      const details = { 'expected-offset': expectedOffset, 'provided-offset': providedOffset }
      headers['upload-offset'] = String(expectedOffset)
      return { problem: new TypedProblem(error, 'mismatching-upload-offset', details), headers }
    }
    if (error instanceof UploadComplete)
      return { problem: new TypedProblem(error, 'completed-upload'), headers: { 'upload-complete': '?1' } }
    if (error instanceof LengthMismatch) return { problem: new TypedProblem(error, 'inconsistent-upload-length'), headers }
    if (error instanceof UploadTooLong) headers['upload-limit'] = `max-age=${Math.floor(this.#uploads.expiryMilliseconds / 1_000)}`
    return { problem: error, headers }
  }
}

/** A problem that has a type of its own in IANA's registry. */
class TypedProblem extends RequestRefused {
  override readonly details: Readonly<Record<string, number | string>>
  constructor({ code, message, status }: Problem, type: string, details: Readonly<Record<string, number | string>> = {}) {
    super(status, code, message)
    this.details = { type: typesUrl + type, ...details }
  }
}

/** As a plain upload would be answered: made, and where. */
function ended({ row, file }: UploadState): UploadAnswer {
  const location = downloadUrlOf(file?.path ?? row.path)
  return { status: 201, headers: { location, 'content-location': location, 'upload-complete': '?1', 'upload-offset': String(row.length) } }
}

function progressOf({ row, offset }: UploadState): Record<string, string> {
  return { 'upload-complete': row.state === 'DONE' ? '?1' : '?0', 'upload-offset': String(offset) }
}

function limitOf(row: UploadRow): string {
  return `max-age=${Math.max(0, Math.floor((row.expiresAt.getTime() - Date.now()) / 1_000))}`
}

/** From the address, or as tus says it; the hash of the whole also as RFC 9530 does. */
function metadataOf({ headers, query }: UploadExchange): UploadMetadata {
  const metadata = { ...parseMetadata(headers['upload-metadata']) }
  for (const name of wishes) if (query.has(name)) metadata[name] = query.get(name)
  const whole = digestOf(headers['repr-digest'])
  if (whole) metadata['sha256'] = whole.digest.toString('hex')
  return metadata
}

/** What is said of the length, by its own header or by the body of a request that completes the upload. */
function lengthOf({ headers }: UploadExchange, offset: number, isComplete: boolean): number | null {
  const said = parseInteger(headers['upload-length'])
  const body = parseInteger(headers['content-length']) ?? (headers['transfer-encoding'] === undefined ? 0 : null)
  const followed = isComplete && body !== null ? offset + body : null
  if (said !== null && followed !== null && said !== followed) throw new LengthMismatch()
  return said ?? followed
}

function refuse(message: string): RequestRefused {
  return new RequestRefused(400, 'BAD_REQUEST', message)
}

/** An item of structured fields (RFC 9651), whose parameters mean nothing here. Null when it is missing or something else. */
function itemOf(header: string | string[] | undefined): string | null {
  return typeof header === 'string' ? (header.split(';', 1)[0] ?? '').trim() : null
}

function parseFlag(header: string | string[] | undefined): boolean | null {
  const item = itemOf(header)
  return item === '?1' ? true : item === '?0' ? false : null
}

function parseInteger(header: string | string[] | undefined): number | null {
  const item = itemOf(header)
  return item !== null && /^\d{1,15}$/.test(item) ? Number(item) : null
}

/** The SHA-256 among the digests of RFC 9530; null when there is none. */
function digestOf(header: string | string[] | undefined): PartChecksum | null {
  const found = /(?:^|,)\s*sha-256=:([A-Za-z0-9+/]{43}=):/.exec(typeof header === 'string' ? header : '')
  return found ? { algorithm: 'sha256', digest: Buffer.from(found[1] ?? '', 'base64') } : null
}
