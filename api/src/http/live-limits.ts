import type { WebSocket } from '@fastify/websocket'
import type { FastifyRequest } from 'fastify'
import type { Limiter } from '../limits/limiter.ts'
import { RateLimited } from '../platform/errors.ts'

/** Close code for too much of something: 4400 + HTTP 429, as graphql-ws numbers its own. */
export const tooManyCloseCode = 4429

/** How long a client may take to say who it is, in milliseconds. The socket is closed with 4408 then. */
export const connectionInitWaitTimeout = 5_000

/** Operations at once on one socket. A tab of the dashboard has about five. */
export const mostOperations = 200

/** Messages of one socket: so many at once, then so many a second. A page that comes back asks for all its streams at once. */
const mostMessages = 1_000
const messagesPerSecond = 200

/** Counts the messages of one socket; false for one too many. */
export function createMessageGate(now: () => number = () => performance.now()): () => boolean {
  let left = mostMessages
  let at = now()
  return () => {
    const present = now()
    left = Math.min(mostMessages, left + ((present - at) / 1_000) * messagesPerSecond)
    at = present
    if (left < 1) return false
    left -= 1
    return true
  }
}

/** Before there is a socket. Throws RATE_LIMITED: the answer is 429 with Retry-After. */
export async function requireLiveOpening(limiter: Limiter, request: FastifyRequest): Promise<void> {
  await limiter.require('openLive', { address: request.ip, accountId: null })
}

/** The places that one connection takes, until it is closed. */
export class LivePlaces {
  readonly #limiter: Limiter
  readonly #socket: WebSocket
  readonly #address: string
  readonly #leave: (() => void)[] = []

  constructor(limiter: Limiter, socket: WebSocket, address: string) {
    this.#limiter = limiter
    this.#socket = socket
    this.#address = address
  }

  /** Takes a place of the address, or of the account. False, and the socket is closing, when there is none left. */
  take(accountId: string | null): boolean {
    try {
      const who = { address: this.#address, accountId }
      this.#leave.push(this.#limiter.enter('liveConnections', who, accountId === null ? 'address' : 'account'))
      return true
    } catch (error) {
      if (!(error instanceof RateLimited)) throw error
      const whose = accountId === null ? 'from this address' : 'of this account'
      this.#socket.close(tooManyCloseCode, `RATE_LIMITED: too many connections ${whose}.`)
      return false
    }
  }

  leave(): void {
    for (const leave of this.#leave.splice(0)) leave()
  }
}
