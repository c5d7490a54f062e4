import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../auth/model.ts'
import type { Limiter } from '../limits/limiter.ts'
import type { LimitName } from '../limits/table.ts'
import { isAsked } from './download-answer.ts'
import type { ActorOf } from './session.ts'
import { methodOf } from './uploads.ts'

/** What is counted outside the graph, by method and route: an address has many spellings, `/%75ploads` is one. Bytes that follow the start of an upload are not: it was counted. */
const counted: readonly { readonly methods: readonly string[]; readonly route: RegExp; readonly limit: LimitName }[] = [
  { methods: ['POST'], route: /^\/uploads(\/|$)/, limit: 'createUpload' },
  { methods: ['GET', 'HEAD'], route: /^\/(files|signed|avatars|thumbnails)(\/|$)/, limit: 'download' },
  { methods: ['GET'], route: /^\/archive$/, limit: 'archive' },
  // Whether it can be had at all, before a browser saves a refusal under the archive's name.
  { methods: ['HEAD'], route: /^\/archive$/, limit: 'download' },
  { methods: ['PUT', 'DELETE'], route: /^\/avatars\//, limit: 'changeAvatar' },
  { methods: ['GET'], route: /^\/audit\/export$/, limit: 'exportAudit' },
]

/**
 * Counts requests before their handlers see them: RATE_LIMITED, with 429 and Retry-After. Returns how handlers learn who asks:
 * what was found out for counting is not asked a second time.
 */
export function countRequests(app: FastifyInstance, ask: ActorOf, limiter: Limiter): ActorOf {
  const asked = new WeakMap<FastifyRequest, Promise<Actor>>()
  app.addHook('onRequest', async (request) => {
    const [method, address] = [methodOf(request), request.routeOptions.url ?? '']
    const found = counted.find(({ methods, route }) => methods.includes(method) && route.test(address))?.limit
    if (!found) return
    const limit = found === 'download' && method === 'GET' && isAsked(request, 'zip') ? 'archive' : found
    const answer = ask(request)
    asked.set(request, answer)
    // What is wrong with the credentials is said by the handler; here it counts as nobody's.
    const actor = await answer.catch(() => null)
    await limiter.require(limit, { address: request.ip, accountId: actor?.kind === 'user' ? actor.userId : null })
  })
  return (request, authorization) => {
    const answer = authorization === undefined ? asked.get(request) : undefined
    // Once: whoever asks again wants to know how it is then.
    asked.delete(request)
    return answer ?? ask(request, authorization)
  }
}
