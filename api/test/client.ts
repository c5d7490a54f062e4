import { createClient, type Client as LiveClient } from 'graphql-ws'
import { type ClientOptions, WebSocket } from 'ws'

export interface GraphqlError {
  readonly message: string
  readonly path?: readonly (string | number)[]
  readonly extensions: { readonly code: string; readonly requestId: string; readonly field?: string }
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is its type
  readonly data: any
  readonly errors: readonly GraphqlError[] | undefined
}

/** A browser as the server sees one: keeps the session cookie, and sends the csrf header with what it posts. */
export class Client {
  readonly origin: string
  /** As it would stand in a Cookie header; null before sign-in. */
  cookie: string | null = null

  constructor(origin: string) {
    this.origin = origin
  }

  /** Any request with the cookie and without anything else. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.cookie && !headers.has('cookie')) headers.set('cookie', this.cookie)
    const response = await fetch(new URL(path, this.origin), { redirect: 'manual', ...init, headers })
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie)
    return response
  }

  async graphql(query: string, variables: Record<string, unknown> = {}, headers: Record<string, string> = {}): Promise<Answer> {
    return this.post(JSON.stringify({ query, variables }), headers)
  }

  /** Any body on /graphql. */
  async post(body: RequestInit['body'], headers: Record<string, string> = {}): Promise<Answer> {
    const response = await this.fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-baluhost-csrf': '1', ...headers },
      ...(body === undefined ? {} : { body, duplex: 'half' }),
    } as RequestInit)
    const { data, errors } = (await response.json()) as Pick<Answer, 'data' | 'errors'>
    return { status: response.status, headers: response.headers, data, errors }
  }

  completeSetup(input: { setupToken: string; username: string; password: string }): Promise<Answer> {
    return this.graphql(
      `mutation ($input: CompleteSetupInput!) { completeSetup(input: $input) {
        __typename ... on Session { id user { username role } } ... on Problem { code message field } } }`,
      { input },
    )
  }

  signIn(username: string, password: string): Promise<Answer> {
    return this.graphql(
      `mutation ($input: SignInInput!) { signIn(input: $input) {
        __typename ... on Session { id expiresAt user { username role } } ... on Problem { code message field } } }`,
      { input: { username, password } },
    )
  }

  createUser(input: { username: string; password: string; email?: string; role?: string }): Promise<Answer> {
    return this.graphql(
      `mutation ($input: CreateUserInput!) { createUser(input: $input) {
        __typename ... on User { id username email role } ... on Problem { code message field } } }`,
      { input },
    )
  }

  /** A WebSocket of the server, with the cookie; programs send no Origin. */
  socket(options: { origin?: string; cookie?: string | null; protocol?: string; path?: string } = {}): WebSocket {
    const cookie = options.cookie === undefined ? this.cookie : options.cookie
    const settings: ClientOptions = { headers: cookie ? { cookie } : {} }
    if (options.origin) settings.origin = options.origin
    const address = new URL(options.path ?? '/graphql', this.origin.replace('http', 'ws'))
    return new WebSocket(address, options.protocol ?? 'graphql-transport-ws', settings)
  }

  /** The dashboard's way to live data. */
  live(): LiveClient {
    const cookie = this.cookie
    class SocketWithCookie extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers: cookie ? { cookie } : {} })
      }
    }
    return createClient({ url: `${this.origin.replace('http', 'ws')}/graphql`, webSocketImpl: SocketWithCookie, retryAttempts: 0 })
  }

  #keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split('; ')
    this.cookie = attributes.includes('Max-Age=0') ? null : pair
  }
}

/** Code and reason of the socket's end. */
export function closed(socket: WebSocket): Promise<{ code: number; reason: string }> {
  return new Promise((resolve, reject) => {
    socket.once('close', (code, reason) => resolve({ code, reason: String(reason) }))
    socket.once('error', reject)
  })
}

/** The HTTP answer of a server that does not open the socket. */
export function refusal(socket: WebSocket): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    socket.once('open', () => reject(new Error('the socket was opened')))
    socket.once('error', reject)
    socket.once('unexpected-response', (_request, response) => {
      let body = ''
      response.on('data', (chunk) => {
        body += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
    })
  })
}

/** The messages of a socket one by one, after its greeting when `greet`. */
export async function talk(socket: WebSocket): Promise<{ send(message: object): void; next(): Promise<Record<string, unknown>> }> {
  const arrived: Record<string, unknown>[] = []
  const waiting: ((message: Record<string, unknown>) => void)[] = []
  socket.on('message', (data) => {
    const message = JSON.parse(String(data)) as Record<string, unknown>
    const next = waiting.shift()
    if (next) next(message)
    else arrived.push(message)
  })
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return {
    send: (message) => socket.send(JSON.stringify(message)),
    next: () => {
      const message = arrived.shift()
      return message ? Promise.resolve(message) : new Promise((resolve) => waiting.push(resolve))
    },
  }
}
