import fastifyWebsocket from '@fastify/websocket'
import { type FastifyBaseLogger, type FastifyInstance, fastify, LogController } from 'fastify'
import type { GraphQLSchema } from 'graphql'
import type { Services } from '../graphql/context.ts'
import type { Readiness } from '../health/model.ts'
import type { Bus } from '../platform/bus.ts'
import { createId } from '../platform/identifier.ts'
import type { Log } from '../platform/log.ts'
import type { CertificateSource } from '../tls/model.ts'
import { registerAuditExport } from './audit-export.ts'
import { registerAvatars } from './avatars.ts'
import { installDashboard } from './dashboard.ts'
import { registerDownloads } from './downloads.ts'
import { createGraphqlServer, graphqlHandlers } from './graphql.ts'
import { installHeaders } from './headers.ts'
import { createListener, type Patience, patience } from './listener.ts'
import { endBrokenSocket, endSocketsSoon, liveHandler, liveOptions, requireOwnOrigin } from './live.ts'
import { requireLiveOpening } from './live-limits.ts'
import { requireOneHost } from './one-host.ts'
import { registerProbes } from './probes.ts'
import { answerClientError, answerFrameworkError, installErrorHandler } from './problem.ts'
import { installRefusalRecords } from './refused-requests.ts'
import { countRequests } from './request-limits.ts'
import { createActorOf, installCsrfGuard } from './session.ts'
import { readStoredOperations } from './stored-operations.ts'
import { registerThumbnails } from './thumbnails.ts'
import { registerTrust } from './trust.ts'
import { registerUploads } from './uploads.ts'

export interface HttpServerDeps {
  readonly schema: GraphQLSchema
  readonly services: Services
  readonly bus: Bus
  readonly log: Log
  readonly dashboardDir: string
  /** Proxies whose forwarding headers are believed; nobody's when empty. */
  readonly trustedProxies?: readonly string[]
  /** With it the server speaks TLS. */
  readonly certificates?: CertificateSource | null
  /** Where a trusted proxy finds the files of the storage (X-Accel-Redirect); null when they are sent from here. */
  readonly accelPrefix?: string | null
  readonly patience?: Patience
  /** Whether the server can do its work; asked by anybody, as often as they like. */
  readonly readiness: () => Readiness | Promise<Readiness>
}

/** Puts the rooms behind their doors: /graphql, /uploads, /files, /healthz and /readyz, and the dashboard everywhere else. */
export async function createHttpServer({
  schema,
  services,
  bus,
  log,
  dashboardDir,
  trustedProxies = [],
  certificates = null,
  accelPrefix = null,
  patience: limits = patience,
  readiness,
}: HttpServerDeps): Promise<FastifyInstance> {
  let stopListening = () => {}
  const app = fastify({
    serverFactory: (handler) => {
      const listener = createListener({ certificates, patience: limits, log: log as FastifyBaseLogger }, handler)
      stopListening = listener.stop
      return listener.server
    },
    ...(trustedProxies.length > 0 ? { trustProxy: [...trustedProxies] } : {}),
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
  const identify = createActorOf(services.identification)
  installErrorHandler(app, installRefusalRecords(app, services.audit))
  installHeaders(app)
  app.addHook('onRequest', async (request, reply) => requireOneHost(request, reply))
  installCsrfGuard(app, services.sessions)
  const actorOf = countRequests(app, identify, services.limiter)

  await app.register(fastifyWebsocket, { options: liveOptions, errorHandler: endBrokenSocket })
  app.addHook('preClose', async () => {
    endSocketsSoon(app.websocketServer.clients)
    stopListening()
  })
  const operations = readStoredOperations(dashboardDir)
  const graphql = createGraphqlServer({ schema, operations, log })
  const { bodyLimit, get, post } = graphqlHandlers({ server: graphql, services, actorOf })
  app.route({
    method: 'GET',
    url: '/graphql',
    preValidation: async (request) => {
      if (!request.ws) return
      requireOwnOrigin(request)
      await requireLiveOpening(services.limiter, request)
    },
    handler: get,
    wsHandler: liveHandler({ server: graphql, operations, services, actorOf, bus, log }),
  })
  app.route({ method: 'POST', url: '/graphql', bodyLimit, handler: post })

  await registerUploads(app, { uploads: services.uploads, actorOf })
  await registerThumbnails(app, { thumbnails: services.thumbnails, actorOf })
  const { archives, downloadLinks: links, files, versions } = services
  await registerDownloads(app, { files, archives, links, versions, actorOf, accelPrefix })
  registerAuditExport(app, { audit: services.audit, actorOf, bus })
  await registerAvatars(app, { avatars: services.avatars, actorOf })
  registerProbes(app, readiness)
  registerTrust(app, certificates?.authority ?? null)
  await installDashboard(app, dashboardDir)
  return app
}
