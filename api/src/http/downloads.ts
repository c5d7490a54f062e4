import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../auth/model.ts'
import type { Archives } from '../files/archives.ts'
import type { DownloadLinks } from '../files/download-links.ts'
import { DownloadLinkInvalid } from '../files/errors.ts'
import type { FilesService } from '../files/service.ts'
import { InvalidInput, Unauthenticated } from '../platform/errors.ts'
import { answerFile, isAsked } from './download-answer.ts'
import { answerArchive } from './download-archive.ts'
import { type ActorOf, originOf } from './session.ts'

export interface DownloadRoutesDeps {
  readonly files: FilesService
  readonly archives: Archives
  readonly links: DownloadLinks
  readonly actorOf: ActorOf
  /** Where a trusted proxy finds the storage; null when it is to be sent from here. */
  readonly accelPrefix?: string | null
}

/** Bytes that take long enough to be stopped on the way. */
const longDownload = 1024n * 1024n

/**
 * The bytes of files: GET and HEAD /files/<path>, with ranges and conditions (RFC 9110), `?download` to save instead of show;
 * `?zip` for a folder or file as an archive. /archive?path=…&path=…&name=… for several together. /signed/<ticket>/<path> for those who
 * only have a link; whatever else the request brings does not count there.
 */
export async function registerDownloads(
  app: FastifyInstance,
  { accelPrefix = null, actorOf, archives, files, links }: DownloadRoutesDeps,
): Promise<void> {
  const archiveOf = async (request: FastifyRequest, reply: FastifyReply, paths: readonly string[], name: string | null) => {
    const actor = await actorOf(request)
    const archive = await archives.open(actor, { paths, name })
    const stopWaiting = files.whenSessionEnds(actor, () => reply.raw.destroy())
    try {
      requireSame(actor, await actorOf(request))
      return await answerArchive(request, reply, archive)
    } finally {
      stopWaiting()
    }
  }
  /** `ask` says who reads; it is asked again for what takes long. */
  const fileOf = async (request: FastifyRequest, reply: FastifyReply, path: string, forceDownload: boolean, ask: () => Promise<Actor>) => {
    const actor = await ask()
    const opened = await files.openForReading(actor, path)
    const stopWaiting = files.whenSessionEnds(actor, () => reply.raw.destroy())
    try {
      // Asked again: a session or a key that ended before the waiting began would never be heard of. What is small is sent
      // sooner than it could be stopped.
      if (opened.stat.size >= longDownload) requireSame(actor, await ask())
      return await answerFile(request, reply, opened, { forceDownload, accelPrefix })
    } finally {
      stopWaiting()
      await opened.handle.close()
    }
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: '/files/*',
    handler: async (request, reply) => {
      const path = pathOf(request, '/files')
      if (isAsked(request, 'zip')) return archiveOf(request, reply, [path], null)
      return fileOf(request, reply, path, isAsked(request, 'download'), () => actorOf(request))
    },
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/signed/*',
    handler: async (request, reply) => {
      const [, ticket, ...rest] = pathOf(request, '/signed').split('/')
      if (!ticket) throw new DownloadLinkInvalid()
      const path = `/${rest.join('/')}`
      const origin = originOf(request)
      const { download } = await links.holderOf(ticket, path, origin)
      return fileOf(request, reply, path, download, async () => (await links.holderOf(ticket, path, origin)).actor)
    },
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/archive',
    handler: async (request, reply) => {
      const query = new URLSearchParams((request.raw.url ?? '').split('?', 2)[1])
      return archiveOf(request, reply, query.getAll('path'), query.get('name'))
    },
  })
}

function requireSame(before: Actor, now: Actor): void {
  if (before.kind === 'user' && (now.kind !== 'user' || now.sessionId !== before.sessionId)) throw new Unauthenticated()
}

/** What follows `prefix`. Each part is decoded on its own, so that an encoded slash cannot become a separator. */
export function pathOf(request: FastifyRequest, prefix: string): string {
  const [encoded = ''] = (request.raw.url ?? '').slice(prefix.length).split('?', 1)
  return encoded
    .split('/')
    .map((segment) => {
      try {
        const name = decodeURIComponent(segment)
        if (!name.includes('/')) return name
      } catch {
        // Said below, as for the slash.
      }
      throw new InvalidInput('The address does not hold a path in UTF-8 with percent-encoding.', 'path')
    })
    .join('/')
}
