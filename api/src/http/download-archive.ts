import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Archive } from '../files/archives.ts'
import { Problem } from '../platform/errors.ts'
import { presentation } from './file-headers.ts'
import { ClientGone, sendChunks } from './file-sender.ts'

/**
 * Sends an archive while it is made. How long it will be is not known; an error on the way breaks the connection, since the answer
 * has long begun to say that all is well.
 */
export async function answerArchive(request: FastifyRequest, reply: FastifyReply, archive: Archive): Promise<FastifyReply> {
  void reply.headers({ ...presentation(archive.name, true), 'cache-control': 'private, no-store' })
  reply.hijack()
  reply.raw.writeHead(200, reply.getHeaders() as Record<string, string>)
  if (request.method === 'HEAD') {
    reply.raw.end()
    return reply
  }
  try {
    await sendChunks(archive.bytes(), reply.raw)
  } catch (error) {
    if (error instanceof ClientGone) request.log.debug('an archive was not fetched to its end')
    else if (error instanceof Problem) request.log.warn({ reason: error.message }, 'an archive was broken off')
    else request.log.error({ err: error }, 'an archive was broken off')
  }
  return reply
}
