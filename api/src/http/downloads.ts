import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Actor } from '../auth/model.ts'
import type { Archives } from '../files/archives.ts'
import type { DownloadLinks } from '../files/download-links.ts'
import { DownloadLinkInvalid } from '../files/errors.ts'
import type { FilesService } from '../files/service.ts'
import { Unauthenticated } from '../platform/errors.ts'
import type { VersionsService } from '../versions/service.ts'
import { answerFile, isAsked } from './download-answer.ts'
import { answerArchive } from './download-archive.ts'
import { type ActorOf, originOf } from './session.ts'
import { pathBehind } from './url-path.ts'

export interface DownloadRoutesDeps {
  readonly files: FilesService
  readonly archives: Archives
  readonly links: DownloadLinks
  readonly versions: Pick<VersionsService, 'openForReading'>
  readonly actorOf: ActorOf
  /** Where a trusted proxy finds the storage; null when it is to be sent from here. */
  readonly accelPrefix?: string | null
}

/** Bytes that take long enough to be stopped on the way. */
const longDownload = 1024n * 1024n

/**
 * The bytes of files: GET and HEAD /files/<path>, with ranges and conditions (RFC 9110), `?download` to save instead of show;
 * `?zip` for a folder or file as an archive, `?version=N` for what a file held before. /archive?path=…&path=…&name=… for several together. /signed/<ticket>/<path> for those who
 * only have a link; whatever else the request brings does not count there.
 */
export async function registerDownloads(
  app: FastifyInstance,
  { accelPrefix = null, actorOf, archives, files, links, versions }: DownloadRoutesDeps,
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
    const version = versionOf(request)
    const opened = version === null ? await files.openForReading(actor, path) : await versions.openForReading(actor, path, version)
    const stopWaiting = files.whenSessionEnds(actor, () => reply.raw.destroy())
    try {
      // Asked again: a session or a key that ended before the waiting began would never be heard of. What is small is sent
      // sooner than it could be stopped.
      if (opened.stat.size >= longDownload) requireSame(actor, await ask())
      // A proxy finds what stands under the path, and no version of it.
      return await answerFile(request, reply, opened, { forceDownload, accelPrefix: version === null ? accelPrefix : null })
    } finally {
      stopWaiting()
      await opened.handle.close()
    }
  }
  app.route({
    method: ['GET', 'HEAD'],
    url: '/files/*',
    handler: async (request, reply) => {
      const path = pathBehind('/files', request)
      if (isAsked(request, 'zip')) return archiveOf(request, reply, [path], null)
      return fileOf(request, reply, path, isAsked(request, 'download'), () => actorOf(request))
    },
  })
  app.route({
    method: ['GET', 'HEAD'],
    url: '/signed/*',
    handler: async (request, reply) => {
      const [, ticket, ...rest] = pathBehind('/signed', request).split('/')
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

/** Null for the file as it is. What is no number is refused by who looks for it. */
function versionOf(request: FastifyRequest): number | null {
  const text = new URLSearchParams((request.raw.url ?? '').split('?', 2)[1]).get('version')
  return text === null ? null : /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
}
