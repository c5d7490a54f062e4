import type { FastifyReply, FastifyRequest } from 'fastify'
import { GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule, parse } from 'graphql'
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Context, Services } from '../graphql/context.ts'
import { maskError } from '../graphql/mask.ts'
import type { Log } from '../platform/log.ts'
import { sendPlayground } from './playground.ts'
import { RequestRefused } from './problem.ts'
import { currentRequestId, inRequest } from './request-scope.ts'
import type { ActorOf } from './session.ts'

/** Largest body of a GraphQL request in bytes; files never travel here. */
const bodyLimit = 1024 * 1024
/** Lexical tokens of one document. The dashboard's largest has a tenth of it; ten thousand aliases are far beyond it. */
const maxTokens = 5_000

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
    plugins: [boundedDocuments, introspectionForSignedIn, liveOverWebSocketOnly],
  })
}

const boundedDocuments: Plugin = {
  onParse({ setParseFn }) {
    setParseFn((source, options) => parse(source, { ...options, maxTokens }))
  },
}

const introspectionForSignedIn: Plugin<TransportContext> = {
  onValidate({ addValidationRule, context }) {
    if (context.actor.kind !== 'user') addValidationRule(NoSchemaIntrospectionCustomRule)
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

export interface GraphqlRouteDeps {
  readonly server: GraphqlServer
  readonly services: Services
  readonly actorOf: ActorOf
}

export function graphqlHandlers({ server, services, actorOf }: GraphqlRouteDeps) {
  return {
    bodyLimit,
    async post(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      if (Array.isArray(request.body)) throw new RequestRefused(400, 'BAD_REQUEST', 'Send one operation per request.')
      const context: TransportContext = {
        actor: await actorOf(request),
        services,
        transport: 'http',
        setCookie: (cookie) => void reply.header('set-cookie', cookie),
      }
      const response = await inRequest(request.id, () => server.handleNodeRequestAndResponse(request, reply, context))
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
