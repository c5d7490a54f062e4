import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, talk } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'

const texts = {
  me: 'query Me { me { username } }',
  setup: 'query Setup { setup { required } }',
  file: 'query File($path: Path!) { file(path: $path) { path } }',
  signIn: 'mutation SignIn($input: SignInInput!) { signIn(input: $input) { __typename } }',
  signOut: 'mutation SignOut { signOut { __typename } }',
  live: 'subscription Live { telemetryChanged { at } }',
  large: `query Large { ${'...A '.repeat(200)} } fragment A on Query { me { id } }`,
}
const hashOf = (text: string) => createHash('sha256').update(text).digest('hex')
const extensions = (hash: unknown) => ({ persistedQuery: { version: 1, sha256Hash: hash } })
const body = (hash: unknown, more: object = {}) => JSON.stringify({ extensions: extensions(hash), ...more })

let nas: TestNas
let admin: Client
let stranger: Client
const dashboardDir = mkdtempSync(`${tmpdir()}/baluhost-dashboard-`)
beforeAll(async () => {
  writeFileSync(`${dashboardDir}/export.json`, '{"pages":{"404.html":[]}}')
  writeFileSync(`${dashboardDir}/404.html`, 'nothing')
  writeFileSync(
    `${dashboardDir}/operations.json`,
    JSON.stringify(Object.fromEntries(Object.values(texts).map((text) => [hashOf(text), text]))),
  )
  ;({ nas, admin } = await startNasWithAdmin({ dashboardDir }))
  stranger = nas.client()
})
afterAll(async () => {
  await nas.close()
  rmSync(dashboardDir, { recursive: true })
})

const address = (parameters: Record<string, unknown>) =>
  `/graphql?${new URLSearchParams(Object.entries(parameters).map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)]))}`

describe('over HTTP', () => {
  test('a hash is as good as its text', async () => {
    expect((await admin.post(body(hashOf(texts.me)))).data).toEqual({ me: { username: adminName } })
    expect((await admin.post(body(hashOf(texts.me), { operationName: 'Me', variables: null }))).data).toEqual({
      me: { username: adminName },
    })
    expect((await admin.post(body(hashOf(texts.file), { variables: { path: '/Shared' } }))).data).toEqual({ file: { path: '/Shared' } })
    const client = nas.client()
    const signedIn = await client.post(
      body(hashOf(texts.signIn), { variables: { input: { username: adminName, password: goodPassword } } }),
    )
    expect(signedIn.data).toEqual({ signIn: { __typename: 'Session' } })
    expect((await client.graphql('{ me { username } }')).data.me).toEqual({ username: adminName })
  })

  test.each<[string, unknown]>([
    ['nobody stored', hashOf('something else')],
    ['of other letters', hashOf(texts.me).toUpperCase()],
    ['that is empty', ''],
    ['that is a name of the language', '__proto__'],
    ['that is a name of the language too', 'constructor'],
    ['that is very long', 'a'.repeat(100_000)],
  ])('a hash %s is answered with a code', async (_what, hash) => {
    for (const client of [admin, stranger]) {
      const { data, errors } = await client.post(body(hash))
      expect([data ?? null, errors?.[0]?.extensions]).toEqual([null, { code: 'UNKNOWN_OPERATION', requestId: expect.any(String) }])
    }
  })

  test.each<[string, string]>([
    ['a hash that is no text', body(5)],
    ['no hash', JSON.stringify({ extensions: { persistedQuery: { version: 1 } } })],
    ['no persisted query', JSON.stringify({ extensions: {} })],
    ['extensions that are null', JSON.stringify({ extensions: null })],
    ['extensions that are a list', JSON.stringify({ extensions: [extensions('x')] })],
    ['a batch of hashes', `[${body(hashOf(texts.me))},${body(hashOf(texts.me))}]`],
  ])('%s is no operation', async (_what, text) => {
    const { errors, status } = await admin.post(text)
    expect([status, errors?.[0]?.extensions.code]).toEqual([400, 'BAD_REQUEST'])
  })

  test('nothing can be stored from outside: a text with its hash is executed and forgotten', async () => {
    const query = '{ server { version } }'
    expect((await admin.post(body(hashOf(query), { query }))).errors).toBeUndefined()
    expect((await admin.post(body(hashOf(query)))).errors?.[0]?.extensions.code).toBe('UNKNOWN_OPERATION')
    // A text is what counts, whatever hash comes with it.
    expect((await admin.post(body(hashOf(texts.signOut), { query: texts.me }))).data).toEqual({ me: { username: adminName } })
  })

  test('what is stored is bounded and guarded as everything', async () => {
    expect((await admin.post(body(hashOf(texts.large)))).errors?.[0]?.extensions.code).toBe('TOO_MANY_FIELDS')
    expect((await stranger.post(body(hashOf(texts.file), { variables: { path: '/' } }))).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    )
    const withoutHeader = await admin.post(body(hashOf(texts.signOut)), { 'x-baluhost-csrf': '0' })
    expect([withoutHeader.status, withoutHeader.errors?.[0]?.extensions.code]).toEqual([403, 'CSRF_HEADER_MISSING'])
    expect((await admin.post(body(hashOf(texts.live)))).errors?.[0]?.extensions.code).toBe('SUBSCRIPTION_NEEDS_WEBSOCKET')
    expect((await admin.graphql('{ me { username } }')).data.me).toBeTruthy()
  })
})

describe('in an address', () => {
  const get = async (client: Client, parameters: Record<string, unknown>, headers: Record<string, string> = {}) => {
    const response = await client.fetch(address(parameters), { headers: { accept: 'application/json', ...headers } })
    return {
      status: response.status,
      headers: response.headers,
      ...((await response.json()) as { data?: unknown; errors?: { extensions: { code: string } }[] }),
    }
  }

  test('stored queries are answered, and not kept by anybody', async () => {
    const { data, headers, status } = await get(admin, { extensions: extensions(hashOf(texts.file)), variables: { path: '/Shared' } })
    expect([status, data]).toEqual([200, { file: { path: '/Shared' } }])
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect((await get(stranger, { extensions: extensions(hashOf(texts.setup)) })).data).toEqual({ setup: { required: false } })
  })

  test('nothing that changes something is done', async () => {
    const { errors, data } = await get(admin, { extensions: extensions(hashOf(texts.signOut)) })
    expect([data ?? null, errors?.[0]?.extensions.code]).toEqual([null, 'BAD_REQUEST'])
    const live = await get(admin, { extensions: extensions(hashOf(texts.live)) })
    expect(live.errors?.[0]?.extensions.code).toBe('SUBSCRIPTION_NEEDS_WEBSOCKET')
    const input = { username: adminName, password: goodPassword }
    const client = nas.client()
    expect((await get(client, { extensions: extensions(hashOf(texts.signIn)), variables: { input } })).data ?? null).toBeNull()
    expect(client.cookie).toBeNull()
    expect((await admin.graphql('{ me { username } }')).data.me).toBeTruthy()
  })

  test.each<[string, Record<string, unknown>]>([
    ['a text', { query: texts.me }],
    ['a text beside a hash', { query: texts.me, extensions: extensions(hashOf(texts.me)) }],
    ['extensions that are no JSON', { extensions: '{' }],
    ['no hash', { extensions: {} }],
    ['nothing', {}],
  ])('%s is refused', async (_what, parameters) => {
    for (const client of [admin, stranger]) {
      const { data, errors, status } = await get(client, parameters)
      expect([status, data ?? null, errors?.[0]?.extensions.code]).toEqual([405, null, 'METHOD_NOT_ALLOWED'])
    }
  })

  test('a browser still gets the playground, and not for an address with a text', async () => {
    const page = await admin.fetch('/graphql', { headers: { accept: 'text/html' } })
    expect(page.headers.get('content-type')).toContain('text/html')
    const asked = await admin.fetch(address({ query: texts.me }), { headers: { accept: 'text/html' } })
    expect(asked.status).toBe(405)
  })
})

describe('over the WebSocket', () => {
  const greeted = async () => {
    const socket = admin.socket()
    const conversation = await talk(socket)
    conversation.send({ type: 'connection_init' })
    expect(await conversation.next()).toEqual({ type: 'connection_ack' })
    return { socket, ...conversation }
  }

  test('a hash is as good as its text, and one that nobody stored ends its operation with a code', async () => {
    const { next, send, socket } = await greeted()
    send({ type: 'subscribe', id: 'a', payload: { query: '', extensions: extensions(hashOf(texts.live)) } })
    expect(await next()).toMatchObject({ type: 'next', id: 'a', payload: { data: { telemetryChanged: { at: expect.any(String) } } } })
    send({ type: 'complete', id: 'a' })
    send({ type: 'subscribe', id: 'b', payload: { query: '', extensions: extensions(hashOf('another')) } })
    let message = await next()
    while (message['id'] === 'a') message = await next()
    expect(message).toMatchObject({
      type: 'error',
      id: 'b',
      payload: [{ extensions: { code: 'UNKNOWN_OPERATION', requestId: expect.any(String) } }],
    })
    send({ type: 'subscribe', id: 'c', payload: { query: '', extensions: extensions('__proto__') } })
    expect(await next()).toMatchObject({ type: 'error', id: 'c', payload: [{ extensions: { code: 'UNKNOWN_OPERATION' } }] })
    send({ type: 'subscribe', id: 'd', payload: { query: texts.me } })
    expect(await next()).toMatchObject({ type: 'next', id: 'd', payload: { data: { me: { username: adminName } } } })
    socket.close()
  })
})

test('what is stored is for the server: it is not served', async () => {
  for (const path of ['/operations.json', '/export.json', '/%6fperations.json', '/a//..//operations.json']) {
    const response = await admin.fetch(path)
    // 404, or 403 for an address that climbs.
    expect([403, 404], path).toContain(response.status)
    expect(await response.text()).not.toContain('query')
  }
})
