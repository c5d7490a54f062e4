import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Problem } from '../platform/errors.ts'

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
}

/** Answers with the problem: on /graphql in GraphQL's shape, elsewhere as application/problem+json (RFC 9457 members plus `code`). */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, problem: Problem): FastifyReply {
  const { code, message, status } = problem
  if (request.url.startsWith('/graphql')) {
    return reply.code(status).send({ errors: [{ message, extensions: { code, requestId: request.id } }] })
  }
  return reply
    .code(status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .send(
      JSON.stringify({ title: message, status, code, message, requestId: request.id, ...(problem.field ? { field: problem.field } : {}) }),
    )
}

export function installErrorHandler(app: FastifyInstance): void {
  app.setErrorHandler((error: Error & { code?: string }, request, reply) => {
    if (error instanceof Problem) return sendProblem(request, reply, error)
    const refusal = refusals[error.code ?? '']
    if (refusal) return sendProblem(request, reply, refusal)
    request.log.error({ err: error }, 'a request failed unexpectedly')
    const message = 'Something went wrong inside the server. Its log has the details under this request id.'
    return sendProblem(request, reply, new RequestRefused(500, 'INTERNAL', message))
  })
}
