import { Agent, request } from 'node:http'
import { WebSocket } from 'ws'
import type { Operation } from './documents.ts'
import type { HttpRequest } from './doors.ts'
import type { Answer } from './verdict.ts'

/** Whoever waits longer for an answer calls the server dead, in milliseconds. */
const patience = 30_000
/** A subscription that has nothing to say yet is left alone after so many milliseconds. */
const longestWatch = 1_000

/** Sends over sockets that stay open, as browsers do. */
export class Sender {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })
  readonly #origin: URL

  constructor(origin: string) {
    this.#origin = new URL(origin)
  }

  async send(asked: HttpRequest, headers: Readonly<Record<string, string>>): Promise<Answer> {
    try {
      return await this.#once(asked, headers)
    } catch (error) {
      // The server may close a quiet connection at the moment it is used again: then nothing was read of the request.
      if (!(error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE'))) throw error
      return this.#once(asked, headers)
    }
  }

  close(): void {
    this.#agent.destroy()
  }

  #once({ method, path, headers: own, body }: HttpRequest, headers: Readonly<Record<string, string>>): Promise<Answer> {
    const { hostname, port } = this.#origin
    // Node says no length by itself for a GET or HEAD with a body: that would be two requests.
    const length: Record<string, number> = body === '' ? {} : { 'content-length': Buffer.byteLength(body) }
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.#agent, hostname, port, method, path, headers: { ...headers, ...own, ...length } }, (response) => {
        let text = ''
        response.setEncoding('utf8')
        response.on('data', (chunk: string) => {
          text += chunk
        })
        response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
        response.on('error', reject)
      })
      sent.setTimeout(patience, () => sent.destroy(new Error(`no answer in ${patience} ms`)))
      sent.on('error', reject)
      sent.end(body)
    })
  }
}

/** One WebSocket of somebody who is signed in, over which operations go one beside the other. */
export class LiveSender {
  readonly #socket: WebSocket
  readonly #waiting = new Map<string, (answer: Answer) => void>()
  #count = 0
  ended: { code: number; reason: string } | null = null

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.on('message', (data) => this.#hear(String(data)))
    socket.on('close', (code, reason) => {
      this.ended = { code, reason: String(reason) }
      for (const answer of this.#waiting.values()) answer({ status: 0, headers: {}, body: '' })
      this.#waiting.clear()
    })
  }

  static async open(origin: string, headers: Readonly<Record<string, string>>): Promise<LiveSender> {
    const socket = new WebSocket(`${origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers })
    const sender = new LiveSender(socket)
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
    const greeted = new Promise((resolve) => sender.#waiting.set('', resolve))
    socket.send('{"type":"connection_init"}')
    await greeted
    return sender
  }

  /** The first answer: with status 0 when the socket ended meanwhile, and with an empty body when a subscription stays quiet. */
  ask({ kind, query, variables, operationName }: Operation): Promise<Answer> {
    if (this.ended) return Promise.resolve({ status: 0, headers: {}, body: '' })
    this.#count += 1
    const id = String(this.#count)
    return new Promise((resolve, reject) => {
      const timer =
        kind === 'subscription'
          ? setTimeout(() => this.#finish(id, { status: 200, headers: {}, body: '' }), longestWatch)
          : setTimeout(() => reject(new Error(`no answer over the WebSocket in ${patience} ms`)), patience)
      this.#waiting.set(id, (answer) => {
        clearTimeout(timer)
        resolve(answer)
      })
      const payload = { query, variables, ...(operationName === undefined ? {} : { operationName }) }
      this.#socket.send(JSON.stringify({ type: 'subscribe', id, payload }))
    })
  }

  close(): void {
    this.#socket.terminate()
  }

  #hear(text: string): void {
    const { type, id = '', payload } = JSON.parse(text) as { type: string; id?: string; payload?: unknown }
    if (type === 'next' || type === 'error') {
      const body = JSON.stringify(type === 'error' ? { errors: payload } : payload)
      this.#finish(id, { status: 200, headers: {}, body })
    } else if (type === 'connection_ack' || type === 'complete') this.#finish(id, { status: 200, headers: {}, body: '' })
  }

  #finish(id: string, answer: Answer): void {
    const resolve = this.#waiting.get(id)
    if (!resolve) return
    this.#waiting.delete(id)
    if (id && !this.ended) this.#socket.send(JSON.stringify({ type: 'complete', id }))
    resolve(answer)
  }
}
