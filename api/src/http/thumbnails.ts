import type { FastifyInstance } from 'fastify'
import { InvalidInput } from '../platform/errors.ts'
import { type ThumbnailSize, thumbnailSizes } from '../thumbnails/model.ts'
import type { ThumbnailsService } from '../thumbnails/service.ts'
import type { ActorOf } from './session.ts'
import { pathBehind } from './url-path.ts'

export interface ThumbnailRoutesDeps {
  readonly thumbnails: ThumbnailsService
  readonly actorOf: ActorOf
}

/** Small pictures of files: GET /thumbnails/<path>, as `File.thumbnailUrl` says, with `size` in pixels. */
export async function registerThumbnails(app: FastifyInstance, { thumbnails, actorOf }: ThumbnailRoutesDeps): Promise<void> {
  app.get('/thumbnails/*', async (request, reply) => {
    const query = new URLSearchParams((request.raw.url ?? '').split('?', 2)[1])
    const bytes = await thumbnails.read(await actorOf(request), pathBehind('/thumbnails', request), sizeOf(query.get('size')))
    return reply
      .headers({
        'content-type': 'image/webp',
        // With a version the address is of this content alone.
        'cache-control': query.has('v') ? 'private, max-age=31536000, immutable' : 'private, no-cache',
        'content-security-policy': "sandbox; default-src 'none'",
        'cross-origin-resource-policy': 'same-origin',
      })
      .send(bytes)
  })
}

function sizeOf(text: string | null): ThumbnailSize {
  const size = thumbnailSizes.find((each) => text === null || each === Number(text))
  if (!size) throw new InvalidInput(`A small picture has ${thumbnailSizes.join(' or ')} pixels.`, 'size')
  return size
}
