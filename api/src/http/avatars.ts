import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Avatars } from '../users/avatars.ts'
import { avatarUrlOf } from '../users/model.ts'
import { RequestRefused } from './problem.ts'
import type { ActorOf } from './session.ts'

/** Of a picture as it is sent, in bytes. */
const largestPicture = 5 * 1024 * 1024

export interface AvatarRoutesDeps {
  readonly avatars: Avatars
  readonly actorOf: ActorOf
}

interface Named {
  Params: { name: string }
}

/**
 * The pictures of accounts: GET /avatars/<name> as `User.avatarUrl` says; PUT and DELETE /avatars/me, or /avatars/<id of a
 * user> for administrators, with the bytes of a PNG, JPEG, WebP or GIF as the body.
 */
export async function registerAvatars(app: FastifyInstance, { avatars, actorOf }: AvatarRoutesDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: largestPicture }, (_request, body, done) => done(null, body))
    const mayChange = async (request: FastifyRequest<Named>) => {
      const actor = await actorOf(request)
      avatars.requireChange(actor, avatars.userIdOf(actor, request.params.name))
    }

    scope.get<Named>('/avatars/:name', async (request, reply) => {
      const { stream, size } = await avatars.read(await actorOf(request), request.params.name)
      return reply
        .headers({
          'content-type': 'image/webp',
          'content-length': size,
          // Another picture has another name.
          'cache-control': 'private, max-age=31536000, immutable',
          'content-security-policy': "sandbox; default-src 'none'",
          'cross-origin-resource-policy': 'same-origin',
        })
        .send(stream)
    })
    // Asked before the body is read: strangers send no megabytes.
    scope.put<Named>('/avatars/:name', { bodyLimit: largestPicture, onRequest: mayChange }, async (request, reply) => {
      const { body } = request
      if (!Buffer.isBuffer(body) || body.length === 0)
        throw new RequestRefused(400, 'BAD_REQUEST', 'Send the bytes of the picture as the body.')
      const actor = await actorOf(request)
      const { avatar } = await avatars.set(actor, avatars.userIdOf(actor, request.params.name), body)
      return reply.send({ avatarUrl: avatarUrlOf(avatar) })
    })
    scope.delete<Named>('/avatars/:name', { onRequest: mayChange }, async (request, reply) => {
      const actor = await actorOf(request)
      await avatars.remove(actor, avatars.userIdOf(actor, request.params.name))
      return reply.send({ avatarUrl: null })
    })
  })
}
