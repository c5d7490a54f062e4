import type { FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule, parse } from 'graphql'
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Context, Services } from '../graphql/context.ts'
import { maskError } from '../graphql/mask.ts'
import type { Log } from '../platform/log.ts'
import { DocumentCache, noErrorCache } from './document-cache.ts'
import { boundedAnonymousFields, boundedFields, maxTokens, requireParsable } from './document-limits.ts'
import { sendPlayground } from './playground.ts'
import { RequestRefused } from './problem.ts'
import { currentRequestId, inRequest } from './request-scope.ts'
import type { ActorOf } from './session.ts'

/** Largest body of a GraphQL request in bytes; files never travel here. */
const bodyLimit = 1024 * 1024

export interface TransportContext extends Context {
  readonly transport: 'http' | 'websocket'
}

export type GraphqlServer = YogaServerInstance<TransportContext, object>

export function createGraphqlServer(schema: GraphQLSchema, log: Log): GraphqlServer {
  return createYoga<TransportContext, object>({
    schema,
    graphqlEndpoint: '/graphql',
    graphiql: false,
    landingPage: false,
    multipart: false,
    batching: false,
    cors: false,
    logging: false,
    maskedErrors: {
      maskError: (error) => maskError(error, currentRequestId(), log),
    },
    parserAndValidationCache: { documentCache: new DocumentCache(), errorCache: noErrorCache },
    plugins: [boundedDocuments, rulesByActor, liveOverWebSocketOnly, masking(log)],
  })
}

const boundedDocuments: Plugin = {
  onParse({ setParseFn }) {
    setParseFn((source, options) => {
      requireParsable(source)
      return parse(source, { ...options, maxTokens })
    })
  },
}

const rulesByActor: Plugin<TransportContext> = {
  onValidate({ addValidationRule, context }) {
    const isSignedIn = context.actor.kind === 'user'
    addValidationRule(isSignedIn ? boundedFields : boundedAnonymousFields)
    if (!isSignedIn) addValidationRule(NoSchemaIntrospectionCustomRule)
  },
}

/** One way for live data: sessions end their WebSockets, and nothing ends a stream of server-sent events. */
const liveOverWebSocketOnly: Plugin<TransportContext> = {
  onSubscribe({ args, setResultAndStopExecution }) {
    if (args.contextValue.transport === 'websocket') return
    setResultAndStopExecution({
      errors: [
        new GraphQLError('Subscriptions go over the WebSocket at /graphql (protocol graphql-transport-ws).', {
          extensions: { code: 'SUBSCRIPTION_NEEDS_WEBSOCKET' },
        }),
      ],
    })
  },
}

/** Whatever refused the operation, and wherever: each error leaves with a code of ours and the id of its request. */
function masking(log: Log): Plugin {
  return {
    onResultProcess({ result, setResult }) {
      if (Array.isArray(result) || !('errors' in result) || !result.errors) return
      const errors = result.errors.map((error) => maskError(error, currentRequestId(), log))
      setResult({ ...result, errors })
    },
  }
}

export interface GraphqlRouteDeps {
  readonly server: GraphqlServer
  readonly services: Services
  readonly actorOf: ActorOf
}

export function graphqlHandlers({ server, services, actorOf }: GraphqlRouteDeps) {
  return {
    bodyLimit,
    async post(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      if (!isOperation(request.body))
        throw new RequestRefused(400, 'BAD_REQUEST', 'Send one operation: { "query": "…", "variables": {…} }.')
      const context: TransportContext = {
        actor: await actorOf(request),
        services,
        transport: 'http',
        setCookie: (cookie) => void reply.header('set-cookie', cookie),
      }
      const response = await inRequest(request.id, () => server.handleNodeRequestAndResponse(request, reply, context))
      if (response.status === 406) throw new RequestRefused(406, 'NOT_ACCEPTABLE', 'The answer is JSON; accept application/json.')
      response.headers.forEach((value, name) => void reply.header(name, value))
      return reply.code(response.status).send(Buffer.from(await response.arrayBuffer()))
    },
    async get(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      if (!request.headers.accept?.includes('text/html')) {
        throw new RequestRefused(405, 'METHOD_NOT_ALLOWED', 'POST operations here; a browser gets the playground.')
      }
      const actor = await actorOf(request)
      if (actor.kind !== 'user') return reply.redirect('/sign-in?next=/graphql', 302)
      return sendPlayground(reply)
    },
  }
}

function isOperation(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'query' in body && typeof body.query === 'string'
}
