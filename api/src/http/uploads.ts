import { ERRORS, Server, TUS_RESUMABLE } from '@tus/server'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { OffsetMismatch, UploadNotFound, UploadTooLong } from '../files/errors.ts'
import { UploadLocker } from '../files/upload-locker.ts'
import { checksumAlgorithms, parseChecksum } from '../files/upload-model.ts'
import { UploadStore } from '../files/upload-store.ts'
import type { UploadsService } from '../files/uploads.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { RequestRefused, sendProblem } from './problem.ts'
import { RequestBody } from './request-body.ts'
import type { ActorOf } from './session.ts'

export interface UploadRoutesDeps {
  readonly uploads: UploadsService
  readonly actorOf: ActorOf
}

/** tus 1.0 at /uploads: https://tus.io/protocols/resumable-upload */
export async function registerUploads(app: FastifyInstance, { uploads, actorOf }: UploadRoutesDeps): Promise<void> {
  const store = new UploadStore(uploads)
  const locker = new UploadLocker()
  const problems = new WeakMap<object, Problem>()
  const failures = new WeakMap<object, unknown>()
  const tus = new Server({
    path: '/uploads',
    datastore: store,
    relativeLocation: true,
    // Only pages of this origin upload; the handler's own default would let every origin read the answers.
    allowedOrigins: () => false,
    locker: (request) => locker.forRequest(request.method, store.stopper),
    namingFunction: () => createId(),
    onIncomingRequest: async (request, id) => {
      if (request.method !== 'POST') await store.requireOwn(id)
    },
    onResponseError: (request, error) => {
      const problem = problemOf(error)
      if (problem instanceof RequestRefused && problem.status === 500) failures.set(request, error)
      problems.set(request, problem)
      return { status_code: problem.status, body: problem.message }
    },
  })

  await app.register(async (scope) => {
    // The bytes must reach the handler as they come: no parser, no limit.
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    const handle = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
      const actor = await actorOf(request)
      const checksum = checksumOf(request)
      const source = new RequestBody(request.raw)
      // Without its body: the store takes the bytes from the source itself.
      const web = new Request(`http://localhost${request.url}`, { method: methodOf(request), headers: headersOf(request) })
      try {
        const response = await store.inRequest({ actor, checksum, source }, () => tus.handleWeb(web as Parameters<typeof tus.handleWeb>[0]))
        if (failures.has(web)) request.log.error({ err: failures.get(web) }, 'an upload failed unexpectedly')
        return await answer(request, reply, response, problems.get(web) ?? null)
      } finally {
        source.discardRest()
      }
    }
    scope.route({ method: ['OPTIONS', 'POST'], url: '/uploads', handler: handle })
    scope.route({ method: ['OPTIONS', 'POST', 'HEAD', 'PATCH', 'DELETE'], url: '/uploads/:id', handler: handle })
  })
}

async function answer(request: FastifyRequest, reply: FastifyReply, response: Response, known: Problem | null): Promise<FastifyReply> {
  response.headers.forEach((value, name) => {
    // The connection stays: the rest of the body is read and thrown away, or a client that is still sending would see a
    // reset instead of this answer.
    // And no page of another origin is let in, so none is told what it might do.
    if (!['connection', 'content-length', 'content-type'].includes(name) && !name.startsWith('access-control-'))
      void reply.header(name, value)
  })
  reply.header('cache-control', 'no-store')
  // Each answer to a version this server does not speak says which it does.
  reply.header('tus-version', TUS_RESUMABLE)
  if (request.method === 'OPTIONS') reply.header('tus-checksum-algorithm', checksumAlgorithms.join(','))
  if (response.status < 400) return reply.code(response.status).send()
  return sendProblem(request, reply, known ?? (await refusalOf(response)))
}

/** What the handler refuses without asking the store is only told in its text. */
async function refusalOf(response: Response): Promise<Problem> {
  const text = (await response.text()).trim()
  if (response.status === 412) return new RequestRefused(412, 'TUS_VERSION_UNSUPPORTED', `Send Tus-Resumable: ${TUS_RESUMABLE}.`)
  if (response.status === 404) return new UploadNotFound()
  return new RequestRefused(response.status, 'BAD_REQUEST', text || 'The request is not one of the tus protocol.')
}

/** The problem that an error of the store or of the protocol handler means. */
function problemOf(error: Error | { status_code: number; body: string }): Problem {
  if (error instanceof InvalidInput && error.field === 'Upload-Checksum') return new RequestRefused(400, error.code, error.message)
  if (error instanceof Problem) return error
  if ('status_code' in error && typeof error.status_code === 'number' && 'body' in error) {
    if (error === ERRORS.INVALID_OFFSET) return new OffsetMismatch()
    if (error.status_code === 404 || error.status_code === 410) return new UploadNotFound()
    if (error.status_code === 413) return new UploadTooLong()
    if (error.status_code === 501) return new RequestRefused(501, 'NOT_SUPPORTED', String(error.body).trim())
    if (error.status_code < 500) return new RequestRefused(error.status_code, 'BAD_REQUEST', String(error.body).trim())
  }
  return new RequestRefused(500, 'INTERNAL', 'Something went wrong inside the server. Its log has the details under this request id.')
}

function checksumOf(request: FastifyRequest) {
  const header = request.headers['upload-checksum']
  try {
    return typeof header === 'string' ? parseChecksum(header) : null
  } catch (error) {
    throw error instanceof InvalidInput ? new RequestRefused(400, error.code, error.message) : error
  }
}

/** tus: for environments that can only POST, the header names the method that is meant. */
export function methodOf(request: FastifyRequest): string {
  const override = request.headers['x-http-method-override']
  return request.method === 'POST' && (override === 'PATCH' || override === 'DELETE' || override === 'HEAD') ? override : request.method
}

function headersOf(request: FastifyRequest): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(request.headers)) {
    if (typeof value === 'string') headers.set(name, value)
    else for (const one of value ?? []) headers.append(name, one)
  }
  return headers
}
