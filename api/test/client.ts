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
  readonly #cookies = new Map<string, string>()

  constructor(origin: string) {
    this.origin = origin
  }

  /** As it stands in a Cookie header; null without cookies. */
  get cookie(): string | null {
    return this.#cookies.size === 0 ? null : [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  }

  /** What the session cookie holds; empty without one. */
  get sessionToken(): string {
    return this.#cookies.get('baluhost_session') ?? this.#cookies.get('__Host-baluhost_session') ?? ''
  }

  set cookie(header: string | null) {
    this.#cookies.clear()
    for (const pair of header?.split('; ') ?? []) this.#keep(pair)
  }

  /** An API key to send with everything, as `Authorization: Bearer …`. */
  key: string | null = null

  /** Any request with the cookie and the key, and without anything else. */
  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers)
    if (this.key !== null && !headers.has('authorization')) headers.set('authorization', `Bearer ${this.key}`)
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
      // With a key no csrf header: it must work without.
      headers: { 'content-type': 'application/json', ...(this.key === null ? { 'x-baluhost-csrf': '1' } : {}), ...headers },
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

  /** Makes an API key for the signed-in person; `data.createApiKey.key` is its text. */
  createApiKey(input: {
    name?: string
    scopes: readonly string[]
    expiresAt?: Date | null
    addresses?: readonly string[]
  }): Promise<Answer> {
    return this.graphql(
      `mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) {
        __typename ... on ApiKeyCreated { key apiKey { id name prefix scopes addresses expiresAt } } ... on Problem { code message field } } }`,
      { input: { name: 'a program', ...input } },
    )
  }

  /** A WebSocket of the server, with the cookie; programs send no Origin. */
  socket(options: { origin?: string; cookie?: string | null; protocol?: string; path?: string } = {}): WebSocket {
    const cookie = options.cookie === undefined ? this.cookie : options.cookie
    const settings: ClientOptions = { headers: this.#socketHeaders(cookie) }
    if (options.origin) settings.origin = options.origin
    const address = new URL(options.path ?? '/graphql', this.origin.replace('http', 'ws'))
    return new WebSocket(address, options.protocol ?? 'graphql-transport-ws', settings)
  }

  /** The dashboard's way to live data. */
  live(): LiveClient {
    const headers = this.#socketHeaders(this.cookie)
    class SocketWithCookie extends WebSocket {
      constructor(address: string, protocol: string) {
        super(address, protocol, { headers })
      }
    }
    return createClient({ url: `${this.origin.replace('http', 'ws')}/graphql`, webSocketImpl: SocketWithCookie, retryAttempts: 0 })
  }

  #socketHeaders(cookie: string | null): Record<string, string> {
    return { ...(cookie ? { cookie } : {}), ...(this.key === null ? {} : { authorization: `Bearer ${this.key}` }) }
  }

  #keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split('; ')
    const at = pair.indexOf('=')
    if (attributes.includes('Max-Age=0')) this.#cookies.delete(pair.slice(0, at))
    else this.#cookies.set(pair.slice(0, at), pair.slice(at + 1))
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
