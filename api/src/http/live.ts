import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { ExecutionArgs } from 'graphql'
import { type Context as Connection, handleProtocols, makeServer } from 'graphql-ws'
import { type Actor, type SignedInActor, sessionEnded } from '../auth/model.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Context, Services } from '../graphql/context.ts'
import { maskError } from '../graphql/mask.ts'
import type { Bus } from '../platform/bus.ts'
import { Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { refusal } from './document-limits.ts'
import type { GraphqlServer } from './graphql.ts'
import { connectionInitWaitTimeout, LivePlaces, mostOperations } from './live-limits.ts'
import { connectSocket } from './live-socket.ts'
import { RequestRefused } from './problem.ts'
import { inRequest, streamInRequest } from './request-scope.ts'
import { type ActorOf, carriesKey, cookiesOf, isSecure, ownOrigin } from './session.ts'
import { type StoredOperations, textOf } from './stored-operations.ts'

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
  readonly places: LivePlaces
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
  readonly operations: StoredOperations
  readonly services: Services
  readonly actorOf: ActorOf
  readonly bus: Bus
  readonly log: Log
}

/**
 * A page of another site could open a WebSocket with this browser's cookie: the Origin must be our own, or absent as in
 * programs. With an API key no cookie counts, and no page could have sent it unless it has the key.
 */
export function requireOwnOrigin(request: FastifyRequest): void {
  if (carriesKey(request)) return
  const { origin } = request.headers
  if (origin === undefined) return
  // Scheme and host as the browser knows them: of the proxy where there is a trusted one.
  if (!URL.canParse(origin) || origin !== new URL(`${request.protocol}://${request.host}`).origin) {
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
export function liveHandler({ server, operations, services, actorOf, bus, log }: LiveDeps) {
  const live = makeServer<Record<string, unknown>, Extra>({
    connectionInitWaitTimeout,
    async onConnect({ connectionParams, extra }) {
      const ask = () => actorOrNobody(actorOf, extra.request, connectionParams)
      const actor = await ask()
      if (actor?.kind !== 'user') return refuse(extra)
      if (!extra.places.take(actor.userId)) return false
      extra.actor = actor
      extra.stopWatching = closeWithSession(bus, actor, extra, () => endOf(actor, services.sessions, ask))
      // Asked again: a session that ended between the answer and the watching would never be heard of.
      const present = await ask()
      if (present?.kind !== 'user') return refuse(extra)
      // And who it is now: an API key outlives a change of its owner's role or name.
      extra.actor = present
      return true
    },
    onClose({ extra }) {
      extra.stopWatching?.()
    },
    async onSubscribe({ extra, subscriptions }, id, payload) {
      const { actor } = extra
      if (!actor) throw new Error('A subscription came before its connection was acknowledged.')
      extra.operations += 1
      // Not the client's own id for it: that may be of any length and say anything, and this one is logged.
      const requestId = `${actor.requestId}.${extra.operations}`
      extra.requestIds.set(id, requestId)
      if (Object.keys(subscriptions).length > mostOperations)
        return [refusal('TOO_MANY_OPERATIONS', `One connection carries at most ${mostOperations} operations at once.`)]
      const context: Context = {
        actor: { ...actor, requestId },
        services,
        transport: 'websocket',
        secure: isSecure(extra.request),
        origin: ownOrigin(extra.request),
        cookies: cookiesOf(extra.request, actor),
        setCookie: () => {},
      }
      return inRequest(requestId, async () => {
        const enveloped = server.getEnveloped(context)
        const operation: Operation = { requestId, execute: enveloped.execute, subscribe: enveloped.subscribe }
        try {
          const args: ExecutionArgs = {
            schema: enveloped.schema,
            operationName: payload.operationName ?? null,
            document: enveloped.parse(textOf(payload, operations)),
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
    const places = new LivePlaces(services.limiter, socket, request.ip)
    socket.once('close', () => places.leave())
    if (!places.take(null)) return
    connectSocket(live, socket, { socket, request, places, requestIds: new Map(), operations: 0 }, request.log)
  }
}

/**
 * Browsers and some programs cannot set headers on a WebSocket: they send `authorization` with their first message. Null
 * for what is no valid key, also when a cookie came along.
 */
async function actorOrNobody(
  actorOf: ActorOf,
  request: FastifyRequest,
  params: Record<string, unknown> | undefined,
): Promise<Actor | null> {
  const given = params?.['authorization'] ?? params?.['Authorization']
  if (given !== undefined && given !== null && typeof given !== 'string') return null
  try {
    return await actorOf(request, given ?? undefined)
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
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

/** When the session or the key ends now; null when it has. A session is told by its id: it may have another cookie by now. */
async function endOf(actor: SignedInActor, sessions: Sessions, ask: () => Promise<Actor | null>): Promise<Date | null> {
  if (!actor.scopes) return sessions.endOf(actor.sessionId)
  const present = await ask()
  return present?.kind === 'user' && present.sessionId === actor.sessionId ? present.expiresAt : null
}

/** Closes the socket when its session ends or runs out. Returns how to stop watching. */
function closeWithSession(bus: Bus, actor: SignedInActor, { socket }: Extra, endsAt: () => Promise<Date | null>): () => void {
  const ended = bus.watch(sessionEnded, actor.sessionId)
  const close = () => socket.close(unauthenticatedCloseCode, 'The session has ended.')
  void ended.next().then(({ done }) => {
    if (!done) close()
  })
  let timer: NodeJS.Timeout
  const arm = (expiresAt: Date) => {
    const rest = Math.min(Math.max(expiresAt.getTime() - Date.now(), 100), longestTimer)
    timer = setTimeout(() => void endsAt().then(look, close), rest)
    timer.unref()
  }
  // Other requests of the same session may have prolonged it meanwhile.
  const look = (end: Date | null) => {
    if (socket.readyState !== socket.OPEN) return
    if (end) arm(end)
    else close()
  }
  arm(actor.expiresAt)
  return () => {
    clearTimeout(timer)
    void ended.return()
  }
}
