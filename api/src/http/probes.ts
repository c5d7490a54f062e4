import type { FastifyInstance } from 'fastify'
import { NotReady } from '../health/errors.ts'
import type { Readiness } from '../health/model.ts'

/**
 * What load balancers and supervisors ask: `/healthz` whether the process answers at all, `/readyz` whether it can do its work.
 * Open to everybody, counted under no limit, and neither reads who asks.
 */
export function registerProbes(app: FastifyInstance, readiness: () => Readiness | Promise<Readiness>): void {
  // Nothing of the server is asked: a database that is away is no reason to kill the process.
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/readyz', async () => {
    const { missing, ready } = await readiness()
    if (!ready) throw new NotReady(missing)
    return { status: 'ready' }
  })
}
