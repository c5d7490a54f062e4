import type { FastifyReply, FastifyRequest } from 'fastify'
import { RequestRefused } from './problem.ts'

/** A request with two Host lines is refused (RFC 9112, 3.2): a proxy in front may believe the one and this server the other. */
export function requireOneHost(request: FastifyRequest, reply: FastifyReply): void {
  const { rawHeaders } = request.raw
  let hosts = 0
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') hosts += 1
  if (hosts < 2) return
  // What follows on this connection is as doubtful.
  void reply.header('connection', 'close')
  throw new RequestRefused(400, 'BAD_REQUEST', 'The request names its host more than once.')
}
