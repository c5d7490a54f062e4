import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerOptions, type ServerResponse } from 'node:http'
import type { FastifyBaseLogger } from 'fastify'
import type { CertificateSource } from '../tls/model.ts'
import { securityHeaders } from './headers.ts'
import { answerClientError, answerTooSlow, RequestRefused, writeProblem } from './problem.ts'
import { createTlsListener } from './tls-listener.ts'

/** In milliseconds. */
export interface Patience {
  /** For the headers of a request to arrive whole: who sends one byte a minute holds a connection no longer than that. */
  readonly headers: number
  /** For the whole body of a request that is no upload: none is larger than a few megabytes. */
  readonly body: number
  /** For anything at all to move on a connection, in either direction. */
  readonly silence: number
}

export const patience: Patience = { headers: 15_000, body: 120_000, silence: 120_000 }

export interface ListenerDeps {
  readonly certificates: CertificateSource | null
  readonly patience: Patience
  readonly log: FastifyBaseLogger
}

/** The socket's side of the server: timeouts, and TLS where it is wanted. */
export function createListener(
  { certificates, log, patience }: ListenerDeps,
  handler: RequestListener,
): { server: Server; stop: () => void } {
  const options: ServerOptions = {
    headersTimeout: patience.headers,
    connectionsCheckingInterval: Math.min(patience.headers, 5_000),
    // An upload may take hours: as long as bytes come, it goes on. The others are watched below.
    requestTimeout: 0,
    keepAliveTimeout: 72_000,
  }
  const patient: RequestListener = (request, reply) => {
    endSlowBody(request, patience.body, log)
    handler(request, reply)
  }
  if (!certificates) {
    const server = createServer(options, patient)
    server.setTimeout(patience.silence)
    return { server, stop: () => {} }
  }
  const { plain, server, stop } = createTlsListener({
    certificates,
    options,
    handshakeTimeout: patience.headers,
    secure: patient,
    plain: (request, reply) => answerPlain(request, reply, patient),
  })
  plain.on('clientError', (error: Error & { code?: string }, socket) => answerClientError(log, error, socket as never))
  for (const each of [server, plain]) each.setTimeout(patience.silence)
  return { server, stop }
}

/** Who sends a byte of a body now and then is never silent, and would hold a connection and a parser for ever. */
function endSlowBody(request: IncomingMessage, within: number, log: FastifyBaseLogger): void {
  const { headers, url = '/' } = request
  if (/^\/uploads(?:[/?]|$)/.test(url) || (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined)) return
  const timer = setTimeout(() => {
    if (!request.complete) answerTooSlow(log, request.socket)
  }, within)
  request.once('close', () => clearTimeout(timer))
}

/** What somebody needs who does not trust the certificate yet: the page that explains how, and its parts. Nothing of it is secret. */
const openInPlain = /^\/(trust|healthz|readyz|icon\.svg|_next\/static)(?:[/?.]|$)/

function answerPlain(request: IncomingMessage, reply: ServerResponse, handler: RequestListener): void {
  const { headers, method, url = '/' } = request
  const reads = method === 'GET' || method === 'HEAD'
  if (reads && openInPlain.test(url)) {
    handler(request, reply)
    return
  }
  const host = headers.host ?? ''
  if (reads && url.startsWith('/') && /^[a-zA-Z0-9.:[\]-]{1,255}$/.test(host)) {
    reply.writeHead(308, { ...securityHeaders, location: `https://${host}${url}`, 'cache-control': 'no-store', connection: 'close' }).end()
    return
  }
  // Whatever it carried has been sent in the open already: it must not seem to have worked.
  writeProblem(
    reply,
    new RequestRefused(403, 'HTTPS_REQUIRED', 'This server speaks HTTPS. Send the request to the same address with https://.'),
  )
}
