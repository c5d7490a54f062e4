import type { FastifyInstance } from 'fastify'
import type { LocalAuthorityCertificate } from '../tls/model.ts'
import { RequestRefused } from './problem.ts'

/** What a device needs to learn whom to trust; the page /trust explains it. Open to everyone, also in plain: it is no secret. */
export function registerTrust(app: FastifyInstance, authority: LocalAuthorityCertificate | null): void {
  const required = (): LocalAuthorityCertificate => {
    if (authority) return authority
    throw new RequestRefused(404, 'NO_LOCAL_AUTHORITY', 'This server has no authority of its own: there is nothing to install.')
  }
  app.get('/trust/authority.json', async () => {
    const { expiresAt, fingerprint, names } = required()
    return { fingerprint, expiresAt, names }
  })
  app.get('/trust/ca.crt', async (_request, reply) =>
    reply
      .header('content-type', 'application/x-x509-ca-cert')
      .header('content-disposition', 'attachment; filename="baluhost-authority.crt"')
      .send(required().certificate),
  )
}
