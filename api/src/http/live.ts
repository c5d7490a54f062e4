import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { ExecutionArgs } from 'graphql'
import { type Context as Connection, handleProtocols, makeServer } from 'graphql-ws'
import { type Actor, type SignedInActor, sessionEnded } from '../auth/model.ts'
import type { Services } from '../graphql/context.ts'
import { maskError } from '../graphql/mask.ts'
import type { Bus } from '../platform/bus.ts'
import type { Log } from '../platform/log.ts'
import type { GraphqlServer, TransportContext } from './graphql.ts'
import { connectSocket } from './live-socket.ts'
import { RequestRefused } from './problem.ts'
import { inRequest, streamInRequest } from './request-scope.ts'
import type { ActorOf } from './session.ts'

/** Close code for a session that is not, or no longer, valid: 4400 + HTTP 401, as graphql-ws numbers its own. */
const unauthenticatedCloseCode = 4401
/** setTimeout cannot wait longer than 2^31 - 1 ms; a session can. */
const longestTimer = 2 ** 31 - 1

/** How long a client may take to answer that its connection ends, in milliseconds. */
const patience = 500

/** Options of every WebSocket: one message has at most 1 MiB, as one request. */
export const liveOptions = { maxPayload: 1024 * 1024, handleProtocols }

interface Extra {
  readonly socket: WebSocket
  readonly request: FastifyRequest
  /** Request ids of the operations under way, by the id that the client gave each. */
  readonly requestIds: Map<string, string>
  operations: number
  actor?: SignedInActor
  stopWatching?: () => void
}

/** What `execute` and `subscribe` get to know about their operation, handed over where graphql-ws leaves room. */
interface Operation {
  readonly requestId: string
  execute(args: unknown): Promise<object>
  subscribe(args: unknown): Promise<object>
}

export interface LiveDeps {
  readonly server: GraphqlServer
  readonly services: Services
  readonly actorOf: ActorOf
  readonly bus: Bus
  readonly log: Log
}

/** A page of another site could open a WebSocket with this browser's cookie: the Origin must be our own, or absent as in programs. */
export function requireOwnOrigin(request: FastifyRequest): void {
  const { origin, host } = request.headers
  if (origin === undefined) return
  if (!URL.canParse(origin) || new URL(origin).host !== host) {
    throw new RequestRefused(403, 'FOREIGN_ORIGIN', 'A WebSocket must be opened from a page of this server.')
  }
}

/** A frame too large or not of the protocol: the socket is closing already and has told why. */
export function endBrokenSocket(error: Error, socket: WebSocket, request: FastifyRequest): void {
  request.log.info({ reason: error.message }, 'a WebSocket ended with an error')
  if (socket.readyState === socket.OPEN) socket.terminate()
}

/** At shutdown each client is told; who does not answer must not keep the server from stopping. */
export function endSocketsSoon(sockets: Iterable<WebSocket>): void {
  const open = [...sockets]
  setTimeout(() => {
    for (const socket of open) socket.terminate()
  }, patience).unref()
}

/** The WebSocket that carries every subscription of a tab (graphql-transport-ws). It ends with its session. */
export function liveHandler({ server, services, actorOf, bus, log }: LiveDeps) {
  const live = makeServer<Record<string, unknown>, Extra>({
    async onConnect({ extra }) {
      const actor = await actorOf(extra.request)
      if (actor.kind !== 'user') return refuse(extra)
      extra.actor = actor
      extra.stopWatching = closeWithSession(bus, actor, extra, actorOf)
      // Asked again: a session that ended between the answer and the watching would never be heard of.
      if ((await actorOf(extra.request)).kind !== 'user') return refuse(extra)
      return true
    },
    onClose({ extra }) {
      extra.stopWatching?.()
    },
    async onSubscribe({ extra }, id, payload) {
      const { actor } = extra
      if (!actor) throw new Error('A subscription came before its connection was acknowledged.')
      extra.operations += 1
      // Not the client's own id for it: that may be of any length and say anything, and this one is logged.
      const requestId = `${actor.requestId}.${extra.operations}`
      extra.requestIds.set(id, requestId)
      const context: TransportContext = { actor: { ...actor, requestId }, services, transport: 'websocket', setCookie: () => {} }
      return inRequest(requestId, async () => {
        const enveloped = server.getEnveloped(context)
        const operation: Operation = { requestId, execute: enveloped.execute, subscribe: enveloped.subscribe }
        try {
          const args: ExecutionArgs = {
            schema: enveloped.schema,
            operationName: payload.operationName ?? null,
            document: enveloped.parse(payload.query),
            variableValues: payload.variables ?? null,
            contextValue: await enveloped.contextFactory(),
            rootValue: operation,
          }
          const errors = enveloped.validate(args.schema, args.document)
          return errors.length > 0 ? errors : args
        } catch (error) {
          return [maskError(error, requestId, log)]
        }
      })
    },
    execute: (args) => {
      const operation = args.rootValue as Operation
      return inRequest(operation.requestId, () => operation.execute(args)) as never
    },
    subscribe: async (args) => {
      const operation = args.rootValue as Operation
      return streamInRequest(
        operation.requestId,
        inRequest(operation.requestId, () => operation.subscribe(args)),
      ) as never
    },
    onError({ extra }, id, _payload, errors) {
      const requestId = takeRequestId(extra, id)
      return errors.map((error) => maskError(error, requestId, log).toJSON())
    },
    onComplete({ extra }, id) {
      takeRequestId(extra, id)
    },
  })
  return (socket: WebSocket, request: FastifyRequest): void => {
    connectSocket(live, socket, { socket, request, requestIds: new Map(), operations: 0 }, request.log)
  }
}

function takeRequestId({ actor, requestIds }: Extra, id: string): string {
  const requestId = requestIds.get(id) ?? actor?.requestId ?? ''
  requestIds.delete(id)
  return requestId
}

function refuse({ socket }: Connection<Record<string, unknown>, Extra>['extra']): false {
  socket.close(unauthenticatedCloseCode, 'Sign in first.')
  return false
}

/** Closes the socket when its session ends or runs out. Returns how to stop watching. */
function closeWithSession(bus: Bus, actor: SignedInActor, { request, socket }: Extra, actorOf: ActorOf): () => void {
  const ended = bus.watch(sessionEnded, actor.sessionId)
  const close = () => socket.close(unauthenticatedCloseCode, 'The session has ended.')
  void ended.next().then(({ done }) => {
    if (!done) close()
  })
  let timer: NodeJS.Timeout
  const arm = (expiresAt: Date) => {
    const rest = Math.min(Math.max(expiresAt.getTime() - Date.now(), 100), longestTimer)
    timer = setTimeout(() => void actorOf(request).then(look, close), rest)
    timer.unref()
  }
  // Other requests of the same session may have prolonged it meanwhile.
  const look = (now: Actor) => {
    if (socket.readyState !== socket.OPEN) return
    if (now.kind === 'user' && now.sessionId === actor.sessionId) arm(now.expiresAt)
    else close()
  }
  arm(actor.expiresAt)
  return () => {
    clearTimeout(timer)
    void ended.return()
  }
}
