import type { FastifyInstance, FastifyRequest } from 'fastify'
import { bearerOf } from '../auth/bearer.ts'
import type { Credentials, Identification } from '../auth/identification.ts'
import type { Actor, Origin } from '../auth/model.ts'
import type { Sessions } from '../auth/sessions.ts'
import { RequestRefused } from './problem.ts'

/**
 * In whose name a request is made. Throws UNAUTHENTICATED for an API key that is not valid. `authorization` stands for the
 * header where a client could not send it.
 */
export type ActorOf = (request: FastifyRequest, authorization?: string) => Promise<Actor>

/** As much of a User-Agent as is kept. */
const longestClient = 256

export function createActorOf(identification: Identification): ActorOf {
  return async (request, authorization) => {
    const credentials = credentialsOf(request)
    const given = authorization === undefined ? credentials : { ...credentials, authorization }
    const actor = await identification.actorOf(given, originOf(request))
    known.set(request, actor)
    return actor
  }
}

const known = new WeakMap<FastifyRequest, Actor>()

/** Who a request has turned out to come from; null while nobody has asked. */
export function knownActorOf(request: FastifyRequest): Actor | null {
  return known.get(request) ?? null
}

/** True when the request came over TLS, to this server or to a proxy that it trusts. */
export function isSecure(request: FastifyRequest): boolean {
  return request.protocol === 'https'
}

/** As the browser sees this server. What a client claims to have asked is its own affair: it binds nobody else. */
export function ownOrigin(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`
}

/** The cookies that a request acts with: none when an API key carries it. */
export function cookiesOf(request: FastifyRequest, actor: Actor): string | undefined {
  return actor.kind === 'user' && actor.scopes ? undefined : request.headers.cookie
}

/** True when an API key carries the request, valid or not: then no cookie does. */
export function carriesKey(request: FastifyRequest): boolean {
  return bearerOf(request.headers.authorization) !== null
}

function credentialsOf(request: FastifyRequest): Credentials {
  const { authorization, cookie } = request.headers
  return { cookies: cookie, authorization, secure: isSecure(request) }
}

/** Where a request comes from. */
export function originOf(request: FastifyRequest): Origin {
  const client = request.headers['user-agent']?.slice(0, longestClient).toWellFormed().replaceAll('\u0000', '') || null
  return { address: request.ip, client, requestId: request.id }
}

/**
 * A request that can change something and is carried by the cookie must carry a header as well that no foreign page can
 * make a browser send without asking first. Guards every route, so that no new route can forget it. An API key is such a
 * header itself: a request that brings one is the key's, and its cookies count for nothing.
 */
export function installCsrfGuard(app: FastifyInstance, sessions: Sessions): void {
  app.addHook('onRequest', async (request) => {
    if (request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS') return
    if (carriesKey(request)) return
    if (!sessions.hasCookie(request.headers.cookie)) return
    if (request.headers['x-baluhost-csrf'] !== '1') {
      throw new RequestRefused(403, 'CSRF_HEADER_MISSING', 'Send the header x-baluhost-csrf: 1 with requests that a cookie signs in.')
    }
  })
}
