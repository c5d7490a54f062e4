import { Readable } from 'node:stream'
import type { FastifyInstance } from 'fastify'
import { exportFormats } from '../audit/export.ts'
import type { AuditFilter } from '../audit/model.ts'
import type { AuditService } from '../audit/service.ts'
import { whenSessionEnds } from '../files/session-end.ts'
import type { Bus } from '../platform/bus.ts'
import { InvalidInput } from '../platform/errors.ts'
import type { ActorOf } from './session.ts'

export interface AuditExportDeps {
  readonly audit: AuditService
  readonly actorOf: ActorOf
  readonly bus: Bus
}

const texts = ['actor', 'target', 'result', 'address', 'keyId'] as const

/** The audit log as a file: GET /audit/export?format=csv|jsonl and the fields of AuditFilter. As long as it is, a page of it is in memory at a time. */
export function registerAuditExport(app: FastifyInstance, { audit, actorOf, bus }: AuditExportDeps): void {
  app.route({
    method: 'GET',
    url: '/audit/export',
    // A HEAD would be written down as an export that nobody got.
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      const actor = await actorOf(request)
      const query = new URLSearchParams(request.url.split('?', 2)[1] ?? '')
      const format = exportFormats.find((each) => each === (query.get('format') ?? 'csv'))
      if (!format) throw new InvalidInput(`One of ${exportFormats.join(', ')}.`, 'format')
      // Before anything is read: a session that ends meanwhile would never be heard of.
      const stopWaiting = whenSessionEnds(bus, actor, () => reply.raw.destroy())
      reply.raw.once('close', stopWaiting)
      const lines = await audit.export(actor, filterOf(query), format)
      const body = Readable.from(lines, { objectMode: false, highWaterMark: 64 * 1024 })
      void reply.headers({
        'content-type': format === 'csv' ? 'text/csv; charset=utf-8; header=present' : 'application/jsonl; charset=utf-8',
        'content-disposition': `attachment; filename="audit-${new Date().toISOString().slice(0, 10)}.${format}"`,
        'cache-control': 'no-store',
        'content-security-policy': "sandbox; default-src 'none'",
      })
      return reply.send(body)
    },
  })
}

function filterOf(query: URLSearchParams): AuditFilter {
  const given = texts.filter((name) => query.get(name)).map((name) => [name, query.get(name)])
  const times = (['since', 'until'] as const).filter((name) => query.get(name)).map((name) => [name, timeOf(query.get(name) ?? '', name)])
  const actions = query.getAll('actions').flatMap((list) => list.split(',').filter(Boolean))
  return { ...Object.fromEntries([...given, ...times]), ...(actions.length > 0 ? { actions } : {}) }
}

function timeOf(text: string, field: string): Date {
  const time = new Date(text)
  if (Number.isNaN(time.getTime())) throw new InvalidInput('Not a time: 2026-11-20T20:00:00Z is one.', field)
  return time
}
