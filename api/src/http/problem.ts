import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem, RateLimited } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { securityHeaders } from './headers.ts'

/** Refused before any domain saw the request. */
export class RequestRefused extends Problem {
  readonly code: string
  readonly status: number
  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** What Fastify itself refuses, in this server's words. */
const refusals: Record<string, RequestRefused> = {
  FST_ERR_CTP_INVALID_JSON_BODY: new RequestRefused(400, 'BAD_REQUEST', 'The body is not valid JSON.'),
  FST_ERR_CTP_EMPTY_JSON_BODY: new RequestRefused(400, 'BAD_REQUEST', 'The body is empty.'),
  FST_ERR_CTP_BODY_TOO_LARGE: new RequestRefused(413, 'REQUEST_TOO_LARGE', 'The request is larger than this address accepts.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: new RequestRefused(415, 'UNSUPPORTED_MEDIA_TYPE', 'Send JSON with content-type: application/json.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: new RequestRefused(400, 'BAD_REQUEST', 'The body is not as long as it was announced.'),
  FST_ERR_BAD_URL: new RequestRefused(400, 'BAD_REQUEST', 'The address is not valid percent-encoded UTF-8.'),
  FST_ERR_MAX_PARAM_LENGTH: new RequestRefused(404, 'NOT_FOUND', 'There is nothing at this address.'),
}

/** What Node's parser refuses before there is a request. */
const unreadable: Record<string, RequestRefused> = {
  ERR_HTTP_REQUEST_TIMEOUT: new RequestRefused(408, 'REQUEST_TIMEOUT', 'The request did not arrive in time.'),
  HPE_HEADER_OVERFLOW: new RequestRefused(431, 'HEADERS_TOO_LARGE', 'The headers of the request are too large.'),
}

export function isGraphqlUrl(url: string): boolean {
  return /^\/graphql(?:[/?]|$)/.test(url)
}

/** Answers with the problem: on /graphql in GraphQL's shape, elsewhere as application/problem+json (RFC 9457 members plus `code`). */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { code, details, message, status } = problem
  if (problem instanceof RateLimited) void reply.header('retry-after', String(problem.retryAfterSeconds))
  if (isGraphqlUrl(request.url)) {
    return reply.code(status).send({ errors: [{ message, extensions: { code, requestId: request.id, ...details } }] })
  }
  return reply.code(status).header('content-type', 'application/problem+json; charset=utf-8').send(problemBody(problem, request.id))
}

/** For answers that Fastify has no part in. */
export function writeProblem(reply: ServerResponse, problem: Problem): void {
  const requestId = createId()
  reply.writeHead(problem.status, {
    ...securityHeaders,
    'content-type': 'application/problem+json; charset=utf-8',
    'cache-control': 'no-store',
    'x-request-id': requestId,
    connection: 'close',
  })
  reply.end(problemBody(problem, requestId))
}

function problemBody({ code, details, field, message, status }: Problem, requestId: string): string {
  return JSON.stringify({ title: message, status, code, message, requestId, ...(field ? { field } : {}), ...details })
}

/** The problem that an error means; null when it means a bug. */
function problemOf(error: Error & { code?: string; statusCode?: number }): Problem | null {
  if (error instanceof Problem) return error
  const refusal = refusals[error.code ?? '']
  if (refusal) return refusal
  const status = error.statusCode ?? 500
  return status >= 400 && status < 500 ? new RequestRefused(status, 'BAD_REQUEST', 'The request cannot be understood.') : null
}

function answerError(error: Error & { code?: string; statusCode?: number }, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemOf(error)
  if (problem) return sendProblem(request, reply, problem)
  request.log.error({ err: error }, 'a request failed unexpectedly')
  const message = 'Something went wrong inside the server. Its log has the details under this request id.'
  return sendProblem(request, reply, new RequestRefused(500, 'INTERNAL', message))
}

/** `onProblem` is told before the answer goes out. */
export function installErrorHandler(
  app: FastifyInstance,
  onProblem: (request: FastifyRequest, problem: Problem) => Promise<void> = async () => {},
): void {
  app.setErrorHandler(async (error: Error, request, reply) => {
    const problem = problemOf(error)
    if (problem) await onProblem(request, problem)
    return answerError(error, request, reply)
  })
}

/** For addresses that the router cannot read: they reach no hook and no handler. */
export function answerFrameworkError(error: Error & { code?: string }, request: FastifyRequest, reply: FastifyReply): void {
  void reply.headers({ ...securityHeaders, 'x-request-id': request.id, 'cache-control': 'no-store' })
  // The WebSocket plugin lets go of a refused upgrade in a hook, and no hook runs here: nobody would read or end the socket.
  if (request.headers.upgrade) reply.raw.once('finish', () => request.raw.socket.destroySoon())
  answerError(error, request, reply)
}

const headerLines = Object.entries(securityHeaders)
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')

/** For bytes that are not HTTP, or not in time: there is no request, only a socket. */
export function answerClientError(log: FastifyBaseLogger, error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  // A handshake that failed: there is nothing yet that could carry words, and waiting until they are read would be for ever.
  if (/^ERR_(TLS|SSL)_/.test(error.code ?? '')) {
    log.debug({ reason: error.code }, 'a TLS handshake failed')
    socket.destroy()
    return
  }
  const requestId = createId()
  const problem = unreadable[error.code ?? ''] ?? new RequestRefused(400, 'BAD_REQUEST', 'This is not a valid HTTP request.')
  log.debug({ requestId, reason: error.code }, 'a connection sent what is not HTTP')
  if (socket.writable) {
    const body = problemBody(problem, requestId)
    socket.write(
      `HTTP/1.1 ${problem.status} ${problem.code}\r\n${headerLines}content-type: application/problem+json; charset=utf-8\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    )
  }
  socket.destroySoon()
}

/** As the parser itself does for headers that do not come. */
export function answerTooSlow(log: FastifyBaseLogger, socket: Socket): void {
  const error: Error & { code?: string } = new Error('The body did not arrive in time.')
  error.code = 'ERR_HTTP_REQUEST_TIMEOUT'
  answerClientError(log, error, socket)
}
