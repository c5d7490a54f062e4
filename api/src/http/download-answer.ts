import { randomBytes } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { downloadUrlOf } from '../files/model.ts'
import type { OpenedFile } from '../files/service.ts'
import { type ByteRange, evaluateConditions, mayResume, parseRanges, type Validators } from './byte-range.ts'
import { presentation } from './file-headers.ts'
import { type Piece, sendFile } from './file-sender.ts'
import { RequestRefused, sendProblem } from './problem.ts'

export interface DownloadOptions {
  /** To save instead of show. */
  readonly forceDownload: boolean
  /** Where a proxy in front finds the storage by `X-Accel-Redirect`; null without one. */
  readonly accelPrefix: string | null
}

/** Answers a GET or HEAD with a file that was opened for whoever asks: conditions, ranges, bytes (RFC 9110, 13 and 14). */
export async function answerFile(
  request: FastifyRequest,
  reply: FastifyReply,
  { file, handle, stat }: OpenedFile,
  { accelPrefix, forceDownload }: DownloadOptions,
): Promise<FastifyReply> {
  const size = Number(stat.size)
  const shown = presentation(file.name, forceDownload)
  void reply.headers({ 'accept-ranges': 'bytes', 'cache-control': 'private, no-cache' })
  if (accelPrefix !== null && cameByTrustedProxy(request)) {
    // The proxy answers ranges and conditions itself, by validators of its own: ours beside them would contradict.
    const place = `${accelPrefix}${downloadUrlOf(file.path).slice('/files'.length)}`
    return reply.headers({ ...shown, ...digestOf(file.sha256), 'x-accel-redirect': place }).send()
  }
  const validators: Validators = {
    // Strong: the kernel moves the change time on with every write, and nobody can set it.
    etag: `"${[stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].map((part) => part.toString(36)).join('-')}"`,
    lastModified: new Date(Math.floor(Number(stat.mtimeMs) / 1_000) * 1_000),
  }
  void reply.headers({ etag: validators.etag, 'last-modified': validators.lastModified.toUTCString() })
  const decision = evaluateConditions(request.headers, validators)
  if (decision === 304) return reply.code(304).send()
  if (decision === 412)
    return sendProblem(request, reply, new RequestRefused(412, 'PRECONDITION_FAILED', 'The file is not what the request expects it to be.'))

  const ranges =
    mayResume(request.headers['if-range']?.toString(), validators) && request.method === 'GET'
      ? parseRanges(request.headers.range, size)
      : null
  if (ranges === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${size}`)
    return sendProblem(request, reply, new RequestRefused(416, 'RANGE_NOT_SATISFIABLE', `The file has ${size} bytes.`))
  }
  const pieces = piecesOf(ranges, size, shown['content-type'] ?? '')
  void reply.headers({ ...shown, ...digestOf(file.sha256), ...pieces.headers })
  void reply.header(
    'content-length',
    pieces.list.reduce((sum, piece) => sum + piece.length, 0),
  )

  // Fastify would make a stream of its own kind out of it; here each buffer goes to the socket as it was read.
  reply.hijack()
  reply.raw.writeHead(ranges ? 206 : 200, reply.getHeaders() as Record<string, string>)
  if (request.method === 'HEAD' || size === 0) reply.raw.end()
  else if (!(await sendFile(handle, reply.raw, pieces.list))) request.log.debug('a download ended early')
  return reply
}

/** Of the whole file, also when a part of it is sent: RFC 9530. */
function digestOf(sha256: string | null): Record<string, string> {
  return sha256 ? { 'repr-digest': `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:` } : {}
}

/** What goes over the wire: the file, a part of it, or several in the form of RFC 9110, 14.6. */
function piecesOf(ranges: readonly ByteRange[] | null, size: number, type: string): { list: Piece[]; headers: Record<string, string> } {
  if (ranges === null) return { list: [{ start: 0, length: size }], headers: {} }
  const contentRange = ({ start, end }: ByteRange) => `bytes ${start}-${end}/${size}`
  const partOf = ({ start, end }: ByteRange) => ({ start, length: end - start + 1 })
  const [only] = ranges
  // One part must not be sent as several.
  if (ranges.length === 1 && only) return { list: [partOf(only)], headers: { 'content-range': contentRange(only) } }
  // So long that it is in no file by chance, and different each time, so that it is in none on purpose.
  const boundary = randomBytes(24).toString('hex')
  const headOf = (range: ByteRange) => `\r\n--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(range)}\r\n\r\n`
  return {
    list: [...ranges.flatMap((range): Piece[] => [Buffer.from(headOf(range)), partOf(range)]), Buffer.from(`\r\n--${boundary}--\r\n`)],
    headers: { 'content-type': `multipart/byteranges; boundary=${boundary}` },
  }
}

/** True when the connection itself is a trusted proxy's, and it forwards for somebody: whoever claims so from elsewhere is not believed. */
function cameByTrustedProxy(request: FastifyRequest): boolean {
  return (request.ips?.length ?? 0) > 1
}

/** Whether the address asks by `?name`, `?name=1` for something that is off by `0` and `false`. */
export function isAsked(request: FastifyRequest, name: string): boolean {
  const query = new URLSearchParams((request.raw.url ?? '').split('?', 2)[1])
  return query.has(name) && query.get(name) !== '0' && query.get(name) !== 'false'
}
