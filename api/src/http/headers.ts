import type { FastifyInstance } from 'fastify'

/** Features of browsers that no page here uses: off, also for what a page might be made to load. Passkeys are used. */
const permissions = [
  ...['accelerometer', 'autoplay', 'browsing-topics', 'camera', 'display-capture', 'encrypted-media', 'geolocation', 'gyroscope', 'hid'],
  ...['idle-detection', 'local-fonts', 'magnetometer', 'microphone', 'midi', 'payment', 'serial', 'usb', 'xr-spatial-tracking'],
].map((name) => `${name}=()`)

/**
 * What every answer says, whatever its kind: a JSON text or an error page is opened in a browser too. Pages and files put a policy
 * of their own in the place of this one. https://owasp.org/www-project-secure-headers/
 */
export const securityHeaders: Readonly<Record<string, string>> = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  'referrer-policy': 'no-referrer',
  'permissions-policy': [
    ...permissions,
    'publickey-credentials-get=(self)',
    'publickey-credentials-create=(self)',
    'fullscreen=(self)',
  ].join(', '),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** A year, as browsers' preload lists ask for at least (RFC 6797). Over plain HTTP browsers ignore it, and it must not be sent. */
export const strictTransport = 'max-age=31536000; includeSubDomains'

export function installHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    void reply.headers({ ...securityHeaders, 'x-request-id': request.id, 'cache-control': 'no-store' })
    if (request.protocol === 'https') void reply.header('strict-transport-security', strictTransport)
  })
}
