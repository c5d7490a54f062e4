import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { ExecutionArgs } from 'graphql'
import { makeHandler } from 'graphql-ws/use/@fastify/websocket'
import { type SignedInActor, sessionEnded } from '../auth/model.ts'
import type { Services } from '../graphql/context.ts'
import type { Bus } from '../platform/bus.ts'
import type { GraphqlServer, TransportContext } from './graphql.ts'
import { RequestRefused } from './problem.ts'
import { inRequest } from './request-scope.ts'
import type { ActorOf } from './session.ts'

/** Close code for a session that is not, or no longer, valid: 4400 + HTTP 401, as graphql-ws numbers its own. */
export const unauthenticatedCloseCode = 4401
/** How often a quiet connection is asked whether it still lives, in milliseconds. */
const keepAlive = 12_000
/** setTimeout cannot wait longer than 2^31 - 1 ms; a session can. */
const longestTimer = 2 ** 31 - 1

interface Extra {
  readonly socket: WebSocket
  readonly request: FastifyRequest
  actor?: SignedInActor
  stopWatching?: () => void
}

export interface LiveDeps {
  readonly server: GraphqlServer
  readonly services: Services
  readonly actorOf: ActorOf
  readonly bus: Bus
}

/** A page of another site could open a WebSocket with this browser's cookie: the Origin must be our own, or absent as in programs. */
export function requireOwnOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers
  if (origin === undefined) return
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new RequestRefused(403, 'FOREIGN_ORIGIN', 'A WebSocket must be opened from a page of this server.')
  }
}

/** The WebSocket that carries every subscription of a tab (graphql-transport-ws). It ends with its session. */
export function liveHandler({ server, services, actorOf, bus }: LiveDeps) {
  return makeHandler<Record<string, unknown>, Partial<Extra>>(
    {
      async onConnect(context) {
        const extra = context.extra as Extra
        const actor = await actorOf(extra.request)
        if (actor.kind !== 'user') {
          extra.socket.close(unauthenticatedCloseCode, 'Sign in first.')
          return false
        }
        extra.actor = actor
        extra.stopWatching = closeWithSession(bus, actor, extra.socket)
        return true
      },
      onDisconnect(context) {
        ;(context.extra as Extra).stopWatching?.()
      },
      async onSubscribe(context, id, payload) {
        const { actor } = context.extra as Extra
        if (!actor) throw new Error('A subscription came before its connection was acknowledged.')
        const transportContext: TransportContext = { actor, services, transport: 'websocket', setCookie: () => {} }
        return inRequest(`${actor.requestId}.${id}`, async () => {
          const enveloped = server.getEnveloped(transportContext)
          const args: ExecutionArgs & { rootValue: unknown } = {
            schema: enveloped.schema,
            operationName: payload.operationName ?? null,
            document: enveloped.parse(payload.query),
            variableValues: payload.variables ?? null,
            contextValue: await enveloped.contextFactory(),
            // graphql-ws hands these arguments to `execute` or `subscribe` below.
            rootValue: { execute: enveloped.execute, subscribe: enveloped.subscribe },
          }
          const errors = enveloped.validate(args.schema, args.document)
          return errors.length > 0 ? errors : args
        })
      },
      execute: (args) => (args.rootValue as { execute: (args: unknown) => unknown }).execute(args) as never,
      subscribe: (args) => (args.rootValue as { subscribe: (args: unknown) => unknown }).subscribe(args) as never,
    },
    keepAlive,
  )
}

/** Closes the socket when its session ends or runs out. Returns how to stop watching. */
function closeWithSession(bus: Bus, actor: SignedInActor, socket: WebSocket): () => void {
  const ended = bus.watch(sessionEnded, actor.sessionId)
  const close = () => socket.close(unauthenticatedCloseCode, 'The session has ended.')
  void ended.next().then(({ done }) => {
    if (!done) close()
  })
  const timer = setTimeout(close, Math.min(Math.max(actor.expiresAt.getTime() - Date.now(), 0), longestTimer))
  timer.unref()
  return () => {
    clearTimeout(timer)
    void ended.return()
  }
}
