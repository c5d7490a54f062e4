import type { WebSocket } from '@fastify/websocket'
import type { FastifyBaseLogger } from 'fastify'
import { CloseCode, type Server } from 'graphql-ws'
import { createMessageGate, tooManyCloseCode } from './live-limits.ts'

/** How often a quiet connection is asked whether it still lives, in milliseconds. */
const keepAlive = 12_000

/**
 * Puts a socket under a graphql-ws server. The library's own binding prints to the console, and tells clients the
 * messages of unexpected errors.
 */
export function connectSocket<E extends object>(
  server: Server<E>,
  socket: WebSocket,
  extra: E,
  log: Pick<FastifyBaseLogger, 'warn' | 'error'>,
): void {
  const closed = server.opened(
    {
      protocol: socket.protocol,
      send: (data) =>
        new Promise((resolve) => {
          // A connection that breaks while it is written to is no failure of the field that was to be sent: its close tells.
          if (socket.readyState !== socket.OPEN) resolve()
          else socket.send(data, () => resolve())
        }),
      close: (code, reason) => socket.close(code, reason),
      onMessage: (receive) => {
        const mayCome = createMessageGate()
        socket.on('message', (data) => {
          if (socket.readyState !== socket.OPEN) return
          if (!mayCome()) return socket.close(tooManyCloseCode, 'RATE_LIMITED: too many messages.')
          receive(String(data)).catch((err: unknown) => {
            if (socket.readyState !== socket.OPEN) return
            log.warn({ err }, 'a WebSocket message could not be handled')
            socket.close(CloseCode.InternalServerError, 'Internal server error')
          })
        })
      },
    },
    extra,
  )
  let answered = true
  const asking = setInterval(() => {
    if (!answered) {
      socket.terminate()
      return
    }
    answered = false
    socket.ping()
  }, keepAlive)
  asking.unref()
  socket.on('pong', () => {
    answered = true
  })
  socket.once('close', (code, reason) => {
    clearInterval(asking)
    closed(code, String(reason)).catch((err: unknown) => log.error({ err }, 'a WebSocket could not be tidied up'))
  })
}
