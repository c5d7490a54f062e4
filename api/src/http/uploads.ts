import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { UploadLocker } from '../files/upload-locker.ts'
import { checksumAlgorithms } from '../files/upload-model.ts'
import type { UploadsService } from '../files/uploads.ts'
import { Problem } from '../platform/errors.ts'
import { sendProblem } from './problem.ts'
import { RequestBody } from './request-body.ts'
import type { ActorOf } from './session.ts'
import { Tus, tusExtensions, tusVersion, type UploadAnswer } from './tus.ts'
import { interimHeaders, isResumableRequest, ResumableUploads } from './upload-draft.ts'

export interface UploadRoutesDeps {
  readonly uploads: UploadsService
  readonly actorOf: ActorOf
}

/** Both protocols of resumable uploads at /uploads: tus 1.0, and the IETF's "Resumable Uploads for HTTP". */
export async function registerUploads(app: FastifyInstance, { uploads, actorOf }: UploadRoutesDeps): Promise<void> {
  const locker = new UploadLocker()
  const tus = new Tus(uploads, locker)
  const resumable = new ResumableUploads(uploads, locker)
  const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const actor = await actorOf(request)
    const method = methodOf(request)
    const source = new RequestBody(request.raw)
    const { id = null } = request.params as { id?: string }
    const exchange = {
      method,
      id,
      headers: request.headers,
      query: new URLSearchParams(request.url.split('?', 2)[1] ?? ''),
      actor,
      source,
      inform: (headers: Record<string, string>) => {
        const interim = interimHeaders(request, headers)
        if (interim && !reply.raw.headersSent && !reply.raw.destroyed) reply.raw.writeInformation(104, interim)
      },
    }
    const isResumable = isResumableRequest(exchange)
    void reply.header('cache-control', 'no-store')
    // Each answer to a version this server does not speak says which it does.
    if (!isResumable) void reply.headers({ 'tus-resumable': tusVersion, 'tus-version': tusVersion })
    try {
      if (method === 'OPTIONS') return send(reply, announce(uploads))
      return send(reply, isResumable ? await resumable.answer(exchange) : await tus.answer(exchange))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      if (!isResumable) return sendProblem(request, reply, error)
      const { problem, headers } = resumable.explain(exchange, error)
      return sendProblem(request, reply.headers(headers), problem)
    } finally {
      // The connection stays: the rest of the body is read and thrown away, or a client that is still sending would see a
      // reset instead of this answer.
      source.discardRest()
    }
  }

  await app.register(async (scope) => {
    // The bytes must reach the handler as they come: no parser, no limit.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.route({ method: ['OPTIONS', 'POST'], url: '/uploads', handler: handle })
    scope.route({ method: ['OPTIONS', 'POST', 'HEAD', 'PATCH', 'DELETE'], url: '/uploads/:id', handler: handle })
  })
}

function send(reply: FastifyReply, { status, headers }: UploadAnswer): FastifyReply {
  return reply.code(status).headers(headers).send()
}

function announce(uploads: UploadsService): UploadAnswer {
  return {
    status: 204,
    headers: {
      'tus-extension': tusExtensions.join(','),
      'tus-checksum-algorithm': checksumAlgorithms.join(','),
      'accept-patch': 'application/partial-upload, application/offset+octet-stream',
      'upload-limit': `max-age=${Math.floor(uploads.expiryMilliseconds / 1_000)}`,
    },
  }
}

/** tus: for environments that can only POST, the header names the method that is meant. */
export function methodOf(request: FastifyRequest): string {
  const override = request.headers['x-http-method-override']
  return request.method === 'POST' && (override === 'PATCH' || override === 'DELETE' || override === 'HEAD') ? override : request.method
}
