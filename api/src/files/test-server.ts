import { type FastifyInstance, fastify } from 'fastify'
import { pino } from 'pino'
import type { Actor } from '../auth/model.ts'
import { registerDownloads } from '../http/downloads.ts'
import { installHeaders } from '../http/headers.ts'
import { installErrorHandler } from '../http/problem.ts'
import { registerUploads } from '../http/uploads.ts'
import { systemClock } from '../platform/clock.ts'
import { Secrets } from '../platform/secrets.ts'
import { testVersions } from '../versions/test-versions.ts'
import { Archives } from './archives.ts'
import { DownloadLinks } from './download-links.ts'
import { type TestStorage, testActor } from './test-storage.ts'
import { UploadsService, type UploadsServiceDeps } from './uploads.ts'

/** Who asks is said by the header `x-user`: `ben`, or `vera/VIEWER`. */
function actorOfHeader(header: string | string[] | undefined): Actor {
  const [username, role] = String(header ?? '').split('/')
  if (!username) return { kind: 'anonymous', address: '', client: null, requestId: '' }
  return testActor(username, role === 'VIEWER' || role === 'ADMIN' ? role : 'USER')
}

export interface TestServer {
  readonly app: FastifyInstance
  readonly origin: string
  readonly uploads: UploadsService
  close(): Promise<void>
}

/** The routes of uploads and downloads behind a real port. */
export async function startTestServer(
  storage: TestStorage,
  options: Pick<UploadsServiceDeps, 'io' | 'expiryMilliseconds' | 'requireQuota'> = {},
): Promise<TestServer> {
  const audit = { record: async () => {} }
  const uploads = new UploadsService({ tree: storage.tree, audit, log: pino({ level: 'silent' }), ...options })
  await uploads.start()
  const app = fastify({ forceCloseConnections: true })
  installHeaders(app)
  installErrorHandler(app)
  const actorOf = async (request: { headers: Record<string, string | string[] | undefined> }) => actorOfHeader(request.headers['x-user'])
  await registerUploads(app, { uploads, actorOf })
  await registerDownloads(app, {
    files: storage.files,
    archives: new Archives({ tree: storage.tree }),
    links: createTestLinks(storage),
    versions: testVersions(storage),
    actorOf,
  })
  const origin = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    app,
    origin,
    uploads,
    close: async () => {
      await app.close()
      await uploads.digests.close()
    },
  }
}

/** Links that nobody made: sessions are the whole server's affair. */
export function createTestLinks({ files }: TestStorage): DownloadLinks {
  const secrets = new Secrets([{ id: 'test', bytes: Buffer.alloc(32) }])
  return new DownloadLinks({ files, secrets, clock: systemClock, audit: { record: async () => {} }, identify: async () => null })
}
