import fastifyWebsocket from '@fastify/websocket'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Services } from '../graphql/context.ts'
import type { Bus } from '../platform/bus.ts'
import { createId } from '../platform/identifier.ts'
import type { Log } from '../platform/log.ts'
import { installDashboard } from './dashboard.ts'
import { registerDownloads } from './downloads.ts'
import { createGraphqlServer, graphqlHandlers } from './graphql.ts'
import { endBrokenSocket, endSocketsSoon, liveHandler, liveOptions, requireOwnOrigin } from './live.ts'
import { answerClientError, answerFrameworkError, installErrorHandler } from './problem.ts'
import { createActorOf, installCsrfGuard } from './session.ts'
import { registerUploads } from './uploads.ts'

export interface HttpServerDeps {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly bus: Bus
  readonly log: Log
  readonly dashboardDir: string
}

/** Puts the rooms behind their doors: /graphql, /uploads, /files, /healthz, and the dashboard everywhere else. */
export async function createHttpServer({ schema, services, bus, log, dashboardDir }: HttpServerDeps): Promise<FastifyInstance> {
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    genReqId: () => createId(),
    // One line for each request would bury what matters; refusals and failures are logged where they are answered.
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    forceCloseConnections: true,
    frameworkErrors: answerFrameworkError,
    clientErrorHandler: (error, socket) => answerClientError(log, error, socket),
  })
  // A form of another site can send text/plain without asking first; nothing here wants it.
  app.removeContentTypeParser('text/plain')
  const actorOf = createActorOf(services.auth)
  installErrorHandler(app)
  app.addHook('onRequest', async (request, reply) => {
    void reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff')
  })
  installCsrfGuard(app, services.auth)

  await app.register(fastifyWebsocket, { options: liveOptions, errorHandler: endBrokenSocket })
  app.addHook('preClose', async () => endSocketsSoon(app.websocketServer.clients))
  const graphql = createGraphqlServer(schema, log)
  const { bodyLimit, get, post } = graphqlHandlers({ server: graphql, services, actorOf })
  app.route({
    method: 'GET',
    url: '/graphql',
    preValidation: async (request) => {
      if (request.ws) requireOwnOrigin(request)
    },
    handler: get,
    wsHandler: liveHandler({ server: graphql, services, actorOf, bus, log }),
  })
  app.route({ method: 'POST', url: '/graphql', bodyLimit, handler: post })

  await registerUploads(app, { uploads: services.uploads, actorOf })
  await registerDownloads(app, { files: services.files, actorOf })
  app.get('/healthz', async () => ({ status: 'ok' }))
  await installDashboard(app, dashboardDir)
  return app
}
