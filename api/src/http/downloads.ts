import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../auth/model.ts'
import type { FilesService, OpenedFile } from '../files/service.ts'
import { Unauthenticated } from '../platform/errors.ts'
import type { VersionsService } from '../versions/service.ts'
import { evaluateConditions, mayResume, parseRange, type Validators } from './byte-range.ts'
import { presentation } from './file-headers.ts'
import { sendFile } from './file-sender.ts'
import { RequestRefused, sendProblem } from './problem.ts'
import type { ActorOf } from './session.ts'
import { pathBehind } from './url-path.ts'

export interface DownloadRoutesDeps {
  readonly files: FilesService
  readonly versions: Pick<VersionsService, 'openForReading'>
  readonly actorOf: ActorOf
}

/** Bytes that take long enough to be stopped on the way. */
const longDownload = 1024n * 1024n

/**
 * The bytes of files: GET and HEAD /files/<path>, with ranges and conditions (RFC 9110), `?download` to save instead of show, `?version=N` for what
 * the file held before.
 */
export async function registerDownloads(app: FastifyInstance, { files, versions, actorOf }: DownloadRoutesDeps): Promise<void> {
  app.route({
    method: ['GET', 'HEAD'],
    url: '/files/*',
    handler: async (request, reply) => {
      const actor = await actorOf(request)
      const version = versionOf(request)
      const path = pathBehind('/files', request)
      const opened = version === null ? await files.openForReading(actor, path) : await versions.openForReading(actor, path, version)
      const stopWaiting = files.whenSessionEnds(actor, () => reply.raw.destroy())
      try {
        // Asked again: a session or a key that ended before the waiting began would never be heard of. What is small is sent
        // sooner than it could be stopped.
        if (opened.stat.size >= longDownload) requireSame(actor, await actorOf(request))
        return await answer(request, reply, opened)
      } finally {
        stopWaiting()
        await opened.handle.close()
      }
    },
  })
}

function requireSame(before: Actor, now: Actor): void {
  if (before.kind === 'user' && (now.kind !== 'user' || now.sessionId !== before.sessionId)) throw new Unauthenticated()
}

async function answer(request: FastifyRequest, reply: FastifyReply, { file, handle, stat }: OpenedFile): Promise<FastifyReply> {
  const size = Number(stat.size)
  const validators: Validators = {
    // Strong: the kernel moves the change time on with every write, and nobody can set it.
    etag: `"${[stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].map((part) => part.toString(36)).join('-')}"`,
    lastModified: new Date(Math.floor(Number(stat.mtimeMs) / 1_000) * 1_000),
  }
  void reply.headers({
    etag: validators.etag,
    'last-modified': validators.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    'cache-control': 'private, no-cache',
  })
  const decision = evaluateConditions(request.headers, validators)
  if (decision === 304) return reply.code(304).send()
  if (decision === 412)
    return sendProblem(request, reply, new RequestRefused(412, 'PRECONDITION_FAILED', 'The file is not what the request expects it to be.'))

  const range =
    mayResume(request.headers['if-range']?.toString(), validators) && request.method === 'GET'
      ? parseRange(request.headers.range, size)
      : null
  if (range === 'unsatisfiable') {
    void reply.header('content-range', `bytes */${size}`)
    return sendProblem(request, reply, new RequestRefused(416, 'RANGE_NOT_SATISFIABLE', `The file has ${size} bytes.`))
  }
  void reply.headers(presentation(file.name, isDownload(request)))
  // Of the whole file, also when a part of it is sent: RFC 9530.
  if (file.sha256) void reply.header('repr-digest', `sha-256=:${Buffer.from(file.sha256, 'hex').toString('base64')}:`)
  const start = range?.start ?? 0
  const length = range ? range.end - range.start + 1 : size
  if (range) void reply.header('content-range', `bytes ${range.start}-${range.end}/${size}`)
  void reply.header('content-length', length)

  // Fastify would make a stream of its own kind out of it; here each buffer goes to the socket as it was read.
  reply.hijack()
  reply.raw.writeHead(range ? 206 : 200, reply.getHeaders() as Record<string, string>)
  if (request.method === 'HEAD' || length === 0) reply.raw.end()
  else if (!(await sendFile(handle, reply.raw, start, length))) request.log.debug('a download ended early')
  return reply
}

function queryOf(request: FastifyRequest): URLSearchParams {
  return new URLSearchParams((request.raw.url ?? '').split('?', 2)[1])
}

/** Null for the file as it is. What is no number is refused by who looks for it. */
function versionOf(request: FastifyRequest): number | null {
  const text = queryOf(request).get('version')
  return text === null ? null : /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
}

function isDownload(request: FastifyRequest): boolean {
  const query = queryOf(request)
  return query.has('download') && query.get('download') !== '0' && query.get('download') !== 'false'
}
