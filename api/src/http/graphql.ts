import type { FastifyReply, FastifyRequest } from 'fastify'
import { type ExecutionArgs, type ExecutionResult, GraphQLError, type GraphQLSchema, NoSchemaIntrospectionCustomRule, parse } from 'graphql'
import { createYoga, type Plugin, type YogaServerInstance } from 'graphql-yoga'
import type { Context, Services } from '../graphql/context.ts'
import { maskError } from '../graphql/mask.ts'
import type { Log } from '../platform/log.ts'
import { DocumentCache, noErrorCache } from './document-cache.ts'
import { requireAffordable } from './document-cost.ts'
import { type DocumentBounds, maxTokens, refuseDocument, requireParsable, strangerBounds, userBounds } from './document-limits.ts'
import { sendPlayground } from './playground.ts'
import { RequestRefused } from './problem.ts'
import { currentRequestId, inRequest } from './request-scope.ts'

import { type ActorOf, cookiesOf, isSecure, ownOrigin } from './session.ts'
import { hashIn, type StoredOperations, storedOperations } from './stored-operations.ts'

/** Largest body of a GraphQL request in bytes; files never travel here. */
const bodyLimit = 1024 * 1024

export type GraphqlServer = YogaServerInstance<Context, object>

export interface GraphqlServerDeps {
  readonly schema: GraphQLSchema
  readonly operations: StoredOperations
  readonly log: Log
}

export function createGraphqlServer({ schema, operations, log }: GraphqlServerDeps): GraphqlServer {
  return createYoga<Context, object>({
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
    plugins: [storedOperations(operations), boundedDocuments, schemaForUsers, liveOverWebSocketOnly, masking(log)],
  })
}

const boundsOf = ({ actor }: Context): DocumentBounds => (actor.kind === 'user' ? userBounds : strangerBounds)

/** What is too large is not parsed, what asks for too much is not validated, and what would cost too much is not executed. */
const boundedDocuments: Plugin<Context> = {
  onParse({ context, setParseFn }) {
    setParseFn((source, options) => {
      requireParsable(source)
      return parse(source, { ...options, maxTokens })
    })
    // Also for documents that were parsed before, for somebody else.
    return ({ replaceParseResult, result }) => {
      if (result === null || result instanceof Error) return
      const refused = refuseDocument(result, boundsOf(context))
      if (refused) replaceParseResult(refused)
    }
  },
  onExecute: ({ args, setResultAndStopExecution }) => boundCost(args, setResultAndStopExecution),
  onSubscribe: ({ args, setResultAndStopExecution }) => boundCost(args, setResultAndStopExecution),
}

function boundCost(args: ExecutionArgs & { contextValue: Context }, stop: (result: ExecutionResult) => void): void {
  try {
    requireAffordable(args, boundsOf(args.contextValue))
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error
    stop({ errors: [error] })
  }
}

/** Strangers are not told the schema, nor names that are near to what they guessed. */
const schemaForUsers: Plugin<Context> = {
  onValidate({ addValidationRule, context, setValidationFn, validateFn }) {
    if (context.actor.kind === 'user') return
    // The rule's name also keeps apart what is remembered of validations: strangers are not shown the answers of users.
    addValidationRule(NoSchemaIntrospectionCustomRule)
    setValidationFn((schema, document, rules, options) => validateFn(schema, document, rules, { ...options, hideSuggestions: true }))
  },
  onExecute({ args }) {
    if (args.contextValue.actor.kind !== 'user') Object.assign(args, { hideSuggestions: true })
  },
}

/** One way for live data: sessions end their WebSockets, and nothing ends a stream of server-sent events. */
const liveOverWebSocketOnly: Plugin<Context> = {
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
  const answer = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const actor = await actorOf(request)
    // Of strangers the request counts too: what cannot be parsed executes no field, and is work all the same.
    if (actor.kind === 'anonymous') await services.limiter.require('stranger', { address: actor.address, accountId: null })
    const context: Context = {
      actor,
      services,
      transport: 'http',
      secure: isSecure(request),
      origin: ownOrigin(request),
      cookies: cookiesOf(request, actor),
      setCookie: (cookie) => void reply.header('set-cookie', cookie),
    }
    const response = await inRequest(request.id, () => server.handleNodeRequestAndResponse(request, reply, context))
    if (response.status === 406) throw new RequestRefused(406, 'NOT_ACCEPTABLE', 'The answer is JSON; accept application/json.')
    response.headers.forEach((value, name) => void reply.header(name, value))
    return reply.code(response.status).send(Buffer.from(await response.arrayBuffer()))
  }
  return {
    bodyLimit,
    async post(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      if (!isOperation(request.body))
        throw new RequestRefused(400, 'BAD_REQUEST', 'Send one operation: { "query": "…", "variables": {…} }.')
      return answer(request, reply)
    },
    async get(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
      // Only what is stored may be asked in an address, where texts end up in logs and histories; and it reads only.
      if (isStoredQuery(request.query)) return answer(request, reply)
      if (!request.headers.accept?.includes('text/html') || isObject(request.query, 'query')) {
        throw new RequestRefused(405, 'METHOD_NOT_ALLOWED', 'POST operations here; a browser gets the playground.')
      }
      const actor = await actorOf(request)
      if (actor.kind !== 'user') return reply.redirect('/sign-in?next=/graphql', 302)
      return sendPlayground(reply)
    },
  }
}

/** One operation: its text, or the hash of one that is stored. */
function isOperation(body: unknown): boolean {
  if (!isObject(body, 'query') || body.query === null || body.query === undefined) return hashIn(body) !== null
  return typeof body.query === 'string'
}

/** The same in an address, where objects are JSON texts. */
function isStoredQuery(parameters: unknown): boolean {
  if (isObject(parameters, 'query') || !isObject(parameters, 'extensions') || typeof parameters.extensions !== 'string') return false
  try {
    return hashIn({ extensions: JSON.parse(parameters.extensions) }) !== null
  } catch {
    return false
  }
}

function isObject<K extends string>(value: unknown, key: K): value is Record<K, unknown> {
  return typeof value === 'object' && value !== null && key in value
}
