import type { IncomingHttpHeaders } from 'node:http'
import type { Actor } from '../auth/model.ts'
import { UploadNotFound } from '../files/errors.ts'
import { downloadUrlOf } from '../files/model.ts'
import { smallUpload } from '../files/upload-digests.ts'
import type { UploadLocker } from '../files/upload-locker.ts'
import { parseChecksum, type UploadMetadata, type UploadSource } from '../files/upload-model.ts'
import { partIdsOf } from '../files/upload-publish.ts'
import type { UploadRow, UploadState, UploadsService } from '../files/uploads.ts'
import { InvalidInput } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { RequestRefused } from './problem.ts'

export const tusVersion = '1.0.0'
export const tusExtensions = [
  'creation',
  'creation-with-upload',
  'creation-defer-length',
  'checksum',
  'termination',
  'expiration',
  'concatenation',
]
const bytesType = 'application/offset+octet-stream'

/** One request to the address of uploads, or of one upload. */
export interface UploadExchange {
  readonly method: string
  /** Of the upload that is meant; null for all of them. */
  readonly id: string | null
  readonly headers: IncomingHttpHeaders
  readonly query: URLSearchParams
  readonly actor: Actor
  readonly source: UploadSource
  /** Sends an interim response, where the client can read one. */
  readonly inform: (headers: Record<string, string>) => void
}

export interface UploadAnswer {
  readonly status: number
  readonly headers: Record<string, string>
}

/** tus 1.0 over the uploads service: https://tus.io/protocols/resumable-upload. It translates and decides nothing. */
export class Tus {
  readonly #uploads: UploadsService
  readonly #locker: UploadLocker

  constructor(uploads: UploadsService, locker: UploadLocker) {
    this.#uploads = uploads
    this.#locker = locker
  }

  async answer(exchange: UploadExchange): Promise<UploadAnswer> {
    // "If the version specified by the Client is not supported by the Server, it MUST respond with 412".
    if (exchange.headers['tus-resumable'] !== tusVersion)
      throw new RequestRefused(412, 'TUS_VERSION_UNSUPPORTED', `Send Tus-Resumable: ${tusVersion}.`)
    const { id, method } = exchange
    if (id === null) return this.#create(exchange)
    if (method === 'HEAD') return this.#head(exchange, id)
    if (method === 'PATCH') return this.#patch(exchange, id)
    if (method === 'DELETE') return this.#terminate(exchange, id)
    throw new UploadNotFound()
  }

  async #create(exchange: UploadExchange): Promise<UploadAnswer> {
    const { actor, headers, source } = exchange
    const metadata = parseMetadata(headers['upload-metadata'])
    const concat = headerOf(headers, 'upload-concat')
    if (concat?.startsWith('final;')) return this.#concatenate(exchange, concat, metadata)
    if (concat !== null && concat !== 'partial') throw refuse('Upload-Concat is partial, or final; and the addresses of its parts.')
    const length = parseDeclaredLength(headers)
    const declaration = { id: createId(), length, metadata, role: concat ? ('PART' as const) : ('WHOLE' as const) }
    const brings = headers['content-type']?.toLowerCase() === bytesType
    const request = { offset: 0, source, checksum: parseChecksumHeader(headers), completes: 'length' as const, length: null }
    const state =
      brings && !concat && length !== null && length <= smallUpload && Number(headers['content-length']) === length
        ? await this.#uploads.createAtOnce(actor, declaration, request)
        : await this.#uploads.create(actor, declaration)
    const isOver = state.file !== null || !brings
    const after = isOver
      ? state
      : await this.#locked(exchange, declaration.id, false, () => this.#uploads.write(actor, declaration.id, request))
    return {
      status: 201,
      headers: { location: `/uploads/${declaration.id}`, ...(brings ? offsetHeaders(after) : {}), ...stateHeaders(after) },
    }
  }

  /** "The Client MUST NOT include the Upload-Length header in the final upload creation." */
  async #concatenate({ actor, headers }: UploadExchange, concat: string, metadata: UploadMetadata): Promise<UploadAnswer> {
    if (headers['upload-length'] !== undefined || headers['upload-defer-length'] !== undefined)
      throw refuse('A final upload has the length of its parts.')
    const release = await this.#locker.acquireAll(partIdsOf(concat))
    try {
      const state = await this.#uploads.concatenate(actor, createId(), concat, metadata)
      return { status: 201, headers: { location: `/uploads/${state.row.id}`, ...offsetHeaders(state), ...stateHeaders(state) } }
    } finally {
      release()
    }
  }

  async #head(exchange: UploadExchange, id: string): Promise<UploadAnswer> {
    await this.#uploads.require(exchange.actor, id)
    return this.#locked(exchange, id, true, async () => {
      const row = await this.#uploads.require(exchange.actor, id)
      const state = { row, offset: Number(row.durableOffset), file: null }
      return {
        status: 200,
        headers: {
          ...(row.length === null ? { 'upload-defer-length': '1' } : { 'upload-length': String(row.length) }),
          ...(row.metadata === '{}' ? {} : { 'upload-metadata': formatMetadata(JSON.parse(row.metadata) as UploadMetadata) }),
          ...(row.role === 'PART'
            ? { 'upload-concat': 'partial' }
            : row.role === 'FINAL' && row.concat
              ? { 'upload-concat': row.concat }
              : {}),
          ...offsetHeaders(state),
          ...stateHeaders(state),
        },
      }
    })
  }

  async #patch(exchange: UploadExchange, id: string): Promise<UploadAnswer> {
    const { actor, headers, source } = exchange
    if (headers['content-type']?.toLowerCase() !== bytesType)
      throw new RequestRefused(415, 'UNSUPPORTED_MEDIA_TYPE', `Send the bytes as ${bytesType}.`)
    const offset = parseCount(headers, 'upload-offset')
    if (offset === null) throw refuse('Say Upload-Offset.')
    if (headers['upload-defer-length'] !== undefined) throw refuse('Upload-Defer-Length is said when an upload is created.')
    const request = {
      offset,
      source,
      checksum: parseChecksumHeader(headers),
      completes: 'length' as const,
      length: parseCount(headers, 'upload-length'),
    }
    await this.#uploads.require(actor, id)
    const state = await this.#locked(exchange, id, false, () => this.#uploads.write(actor, id, request))
    return { status: 204, headers: { ...offsetHeaders(state), ...stateHeaders(state) } }
  }

  async #terminate(exchange: UploadExchange, id: string): Promise<UploadAnswer> {
    await this.#uploads.require(exchange.actor, id)
    await this.#locked(exchange, id, true, () => this.#uploads.cancel(exchange.actor, id))
    return { status: 204, headers: {} }
  }

  async #locked<T>({ source }: UploadExchange, id: string, takesOver: boolean, run: () => Promise<T>): Promise<T> {
    const release = await this.#locker.acquire(id, takesOver, () => source.stop())
    try {
      return await run()
    } finally {
      release()
    }
  }
}

function offsetHeaders({ offset }: UploadState): Record<string, string> {
  return { 'upload-offset': String(offset) }
}

/** When it expires; or, once it has ended, where the file is: with keepBoth only the server knows its name. */
function stateHeaders({ row, file }: UploadState): Record<string, string> {
  if (row.state === 'DONE') return contentLocation(row, file?.path)
  return { 'upload-expires': row.expiresAt.toUTCString() }
}

export function contentLocation(row: UploadRow, path = row.path): Record<string, string> {
  return path === '' ? {} : { 'content-location': downloadUrlOf(path) }
}

function refuse(message: string): RequestRefused {
  return new RequestRefused(400, 'BAD_REQUEST', message)
}

function headerOf(headers: IncomingHttpHeaders, name: string): string | null {
  const value = headers[name]
  return typeof value === 'string' ? value : null
}

/** A count of bytes that JavaScript can hold exactly; null when the header is not there. */
export function parseCount(headers: IncomingHttpHeaders, name: string): number | null {
  const text = headerOf(headers, name)
  if (text === null) return null
  if (!/^\d{1,16}$/.test(text) || !Number.isSafeInteger(Number(text))) throw refuse(`${name} is a count of bytes, up to 2^53 - 1.`)
  return Number(text)
}

/** "The Server MUST acknowledge with 400 if neither is present": one of the two, and Upload-Defer-Length is 1. */
function parseDeclaredLength(headers: IncomingHttpHeaders): number | null {
  const length = parseCount(headers, 'upload-length')
  const deferred = headerOf(headers, 'upload-defer-length')
  if (deferred !== null && deferred !== '1') throw refuse('Upload-Defer-Length is 1.')
  if ((length === null) === (deferred === null)) throw refuse('Say Upload-Length, or Upload-Defer-Length: 1, and not both.')
  return length
}

/** Pairs of a key and its value in base64, separated by commas; a key stands once and may have no value. */
export function parseMetadata(header: string | string[] | undefined): UploadMetadata {
  const text = Array.isArray(header) ? header.join(',') : (header ?? '')
  const metadata: Record<string, string | null> = {}
  if (text.trim() === '') return metadata
  for (const pair of text.split(',')) {
    const [key = '', value, ...more] = pair.trim().split(' ')
    const isBase64 = value === undefined || /^[A-Za-z0-9+/]*={0,2}$/.test(value)
    if (key === '' || more.length > 0 || !isBase64 || Object.hasOwn(metadata, key))
      throw refuse('Upload-Metadata holds pairs of a key and its value in base64.')
    metadata[key] = value === undefined ? null : Buffer.from(value, 'base64').toString()
  }
  return metadata
}

function formatMetadata(metadata: UploadMetadata): string {
  return Object.entries(metadata)
    .map(([key, value]) => (value === null ? key : `${key} ${Buffer.from(value).toString('base64')}`))
    .join(',')
}

/** The checksum extension asks for 400 when the algorithm is none the server has. */
function parseChecksumHeader(headers: IncomingHttpHeaders) {
  const header = headerOf(headers, 'upload-checksum')
  try {
    return header === null ? null : parseChecksum(header)
  } catch (error) {
    throw error instanceof InvalidInput ? new RequestRefused(400, error.code, error.message) : error
  }
}
