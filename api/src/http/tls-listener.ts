import { createServer as createPlainServer, type RequestListener, type Server, type ServerOptions } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { Socket } from 'node:net'
import type { CertificateSource } from '../tls/model.ts'

/** First byte of a TLS connection: a record of the handshake (RFC 8446, 5.1). No HTTP request begins with it. */
const tlsHandshake = 0x16
/** How long clients may take to answer that their connection ends, in milliseconds: as for WebSockets. */
const patience = 500
/** How long a connection may stay silent before it has said its first byte, in milliseconds. */
const firstByteWithin = 10_000

/**
 * TLS 1.3, and of 1.2 only suites with forward secrecy and authenticated encryption (RFC 9325, 4.2): every browser of the last
 * ten years has one of them.
 */
const strength = {
  minVersion: 'TLSv1.2',
  honorCipherOrder: true,
  ciphers: [
    'TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256',
    'ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305',
    'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256',
  ].join(':'),
} as const

export interface TlsListenerDeps {
  readonly certificates: CertificateSource
  readonly options: ServerOptions
  /** For the handshake of TLS to be through, in milliseconds. */
  readonly handshakeTimeout: number
  /** Answers requests that came encrypted. */
  readonly secure: RequestListener
  /** Answers requests that came in plain. */
  readonly plain: RequestListener
}

/**
 * One port for both: whoever types the address without https:// still arrives, and is led to it. Returns the TLS server, which is
 * what listens, and how to stop what stands beside it.
 */
export function createTlsListener({ certificates, handshakeTimeout, options, plain, secure }: TlsListenerDeps): {
  server: Server
  plain: Server
  stop: () => void
} {
  const encrypted = createTlsServer(
    { ...options, ...certificates.current(), ...strength, ALPNProtocols: ['http/1.1'], handshakeTimeout },
    secure,
  )
  const unencrypted = createPlainServer(options, plain)
  // It never listens itself, and only then would it begin to look for connections whose headers do not come.
  unencrypted.emit('listening')
  const toTls = encrypted.listeners('connection') as ((socket: Socket) => void)[]
  encrypted.removeAllListeners('connection')
  const sockets = new Set<Socket>()
  encrypted.on('connection', (socket: Socket) => {
    sockets.add(socket)
    const giveUp = () => socket.destroy()
    socket.setTimeout(firstByteWithin, giveUp)
    socket.once('close', () => sockets.delete(socket))
    socket.on('error', giveUp)
    socket.once('readable', () => {
      socket.setTimeout(0)
      socket.off('timeout', giveUp)
      socket.off('error', giveUp)
      const first = socket.read(1) as Buffer | null
      if (!first) {
        socket.destroy()
        return
      }
      // Whoever takes the socket over reads it from its first byte.
      socket.unshift(first)
      if (first[0] === tlsHandshake) for (const take of toTls) take.call(encrypted, socket)
      else unencrypted.emit('connection', socket)
    })
  })
  const stopWatching = certificates.watch((renewed) => encrypted.setSecureContext({ ...renewed, ...strength }))
  const stop = () => {
    stopWatching()
    unencrypted.close()
    unencrypted.closeAllConnections()
    // Those in the middle of a handshake, or before their first byte, belong to neither server.
    setTimeout(() => {
      for (const socket of sockets) socket.destroy()
    }, patience).unref()
  }
  return { server: encrypted as unknown as Server, plain: unencrypted, stop }
}
