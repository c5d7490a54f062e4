import type { FastifyInstance, FastifyRequest } from 'fastify'
import { inRefusalScope, type RefusalScope } from '../audit/refusal-scope.ts'
import type { AuditService } from '../audit/service.ts'
import { Forbidden, type Problem } from '../platform/errors.ts'
import { knownActorOf } from './session.ts'

/** Told of each problem that a request ends in, before it is answered. */
export type OnProblem = (request: FastifyRequest, problem: Problem) => Promise<void>

/**
 * Writes down that a request was refused to somebody who is signed in, unless the service that refused has done so. The graph
 * answers by itself, and does the same for each of its fields.
 */
export function installRefusalRecords(app: FastifyInstance, audit: AuditService): OnProblem {
  const scopes = new WeakMap<FastifyRequest, RefusalScope>()
  app.addHook('onRequest', (request, _reply, done) => {
    const scope = { noted: false }
    scopes.set(request, scope)
    inRefusalScope(scope, done)
  })
  // What reads a body comes back outside of what came before.
  app.addHook('preValidation', (request, _reply, done) => inRefusalScope(scopes.get(request) ?? { noted: false }, done))
  return async (request, problem) => {
    const actor = knownActorOf(request)
    if (!(problem instanceof Forbidden) || actor?.kind !== 'user' || scopes.get(request)?.noted) return
    const target = `${request.method} ${request.routeOptions.url ?? ''}`.trim()
    await audit.record(actor, { action: 'access.refuse', target, result: problem.code })
  }
}
