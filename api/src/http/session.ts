import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Actor } from '../auth/model.ts'
import type { AuthService } from '../auth/service.ts'
import { RequestRefused } from './problem.ts'

/** In whose name a request is made. */
export type ActorOf = (request: FastifyRequest) => Promise<Actor>

export function createActorOf(auth: AuthService): ActorOf {
  return async (request) => {
    const base = { address: request.ip, requestId: request.id }
    const identity = await auth.identify(request.headers.cookie)
    return identity ? { kind: 'user', ...identity, ...base } : { kind: 'anonymous', ...base }
  }
}

/**
 * A request that can change something and is carried by the cookie must carry a header as well that no foreign page can
 * make a browser send without asking first. Guards every route, so that no new route can forget it.
 */
export function installCsrfGuard(app: FastifyInstance, auth: AuthService): void {
  app.addHook('onRequest', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
    if (!auth.hasSessionCookie(request.headers.cookie)) return
    if (request.headers['x-baluhost-csrf'] !== '1') {
      throw new RequestRefused(403, 'CSRF_HEADER_MISSING', 'Send the header x-baluhost-csrf: 1 with requests that a cookie signs in.')
    }
  })
}
