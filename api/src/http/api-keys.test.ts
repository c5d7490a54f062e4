import { writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { createClient } from 'graphql-ws'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Client, closed, talk } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { createKeyText } from '../keys/key-text.ts'

let nas: TestNas
let admin: Client
let ben: Client
beforeAll(async () => {
  ;({ nas, admin } = await startNasWithAdmin())
  await admin.createUser({ username: 'ben', password: goodPassword })
  ben = nas.client()
  await ben.signIn('ben', goodPassword)
  const often = { name: 'apiKeyFailures', capacity: 10_000, refillPerSecond: 100 }
  await admin.graphql('mutation ($input: UpdateLimitInput!) { updateLimit(input: $input) { __typename } }', { input: often })
  writeFileSync(`${nas.storageDir}/ben/large`, Buffer.alloc(64 * 1024 * 1024))
})
afterAll(() => nas.close())

const everything = ['account:read', 'files:read', 'files:write', 'telemetry:read']
const keyOf = async (owner: Client, more: { scopes?: string[]; expiresAt?: Date; addresses?: string[] } = {}) => {
  const { data } = await owner.createApiKey({ scopes: everything, ...more })
  return { id: data.createApiKey.apiKey.id as string, key: data.createApiKey.key as string }
}
const revoke = (id: string) => ben.graphql('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename } }', { id })
const upload = { 'tus-resumable': '1.0.0', 'upload-length': '1', 'upload-metadata': `path ${btoa(`/ben/${createKeyText()}`)}` }
const operation = (query: string) => ({ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) })

/** One request to each door, with the status it gives to who is let in. */
const doors: [string, string, RequestInit, number][] = [
  ['the graph', '/graphql', operation('{ server { version } }'), 200],
  ['uploads', '/uploads', { method: 'POST', headers: upload }, 201],
  ['downloads', '/files/ben/large', { method: 'HEAD' }, 200],
]
const send = (path: string, init: RequestInit, headers: Record<string, string>) =>
  fetch(`${nas.origin}${path}`, { ...init, headers: { ...(init.headers as Record<string, string>), ...headers } })

describe.each(doors)('%s', (_what, path, init, status) => {
  test('is open to a key without the csrf header, alone and beside a cookie', async () => {
    const { key } = await keyOf(ben)
    const metadata = () => (path === '/uploads' ? { 'upload-metadata': `path ${btoa(`/ben/${createKeyText()}`)}` } : {})
    for (const more of [{}, { cookie: admin.cookie ?? '' }, { cookie: 'baluhost_session=made-up' }]) {
      const answer = await send(path, init, { authorization: `Bearer ${key}`, ...more, ...metadata() })
      expect(answer.status).toBe(status)
      expect(await answer.text()).not.toContain('"errors"')
    }
    expect((await send(path, init, { authorization: `bearer  ${key} `, ...metadata() })).status).toBe(status)
  })

  test('is closed to whatever is no valid key, and never falls back to the cookie', async () => {
    const { key } = await keyOf(ben)
    const expired = await keyOf(ben)
    await nas.database.apiKey.update({ where: { id: expired.id }, data: { expiresAt: new Date(Date.now() - 1) } })
    const revoked = await keyOf(ben)
    await revoke(revoked.id)
    const elsewhere = await keyOf(ben, { addresses: ['10.0.0.0/8', '::1'] })
    const typo = `${key.slice(0, -1)}${key.endsWith('x') ? 'y' : 'x'}`
    for (const wrong of [
      `Bearer ${createKeyText()}`,
      `Bearer ${expired.key}`,
      `Bearer ${revoked.key}`,
      `Bearer ${elsewhere.key}`,
      `Bearer ${typo}`,
      `Bearer ${key} ${key}`,
      `Bearer ${key},${key}`,
      'Bearer',
      'Bearer null',
      key,
      `Token ${key}`,
      `Basic ${key}`,
    ]) {
      for (const cookie of [{}, { cookie: ben.cookie ?? '', 'x-baluhost-csrf': '1' }] as Record<string, string>[]) {
        const answer = await send(path, init, { ...cookie, authorization: wrong })
        expect(answer.status, wrong).toBe(401)
        const text = await answer.text()
        if (init.method !== 'HEAD') expect(text).toContain('UNAUTHENTICATED')
        expect(text).not.toContain(key.slice(5))
      }
    }
  })
})

test('what a proxy in front of the server asks for is not taken for a key, and takes no guard away', async () => {
  const authorization = `Basic ${btoa('proxy:secret')}`
  const cookie = ben.cookie ?? ''
  const ask = operation('{ me { username } }')
  expect((await send('/graphql', ask, { authorization, cookie })).status).toBe(403)
  expect(await (await send('/graphql', ask, { authorization, cookie, 'x-baluhost-csrf': '1' })).json()).toMatchObject({
    data: { me: { username: 'ben' } },
  })
  expect(await (await send('/graphql', ask, { authorization })).json()).toMatchObject({ data: { me: null } })
})

test('two keys, or a key and something else, in one request are the first header or nothing', async () => {
  const { key } = await keyOf(ben)
  const body = '{"query":"{ me { username } }"}'
  const raw = (headers: string[]) =>
    new Promise<string>((resolve, reject) => {
      const socket = connect(Number(new URL(nas.origin).port), '127.0.0.1')
      let text = ''
      socket.on('data', (data) => {
        text += data
      })
      socket.on('error', reject)
      socket.on('close', () => resolve(text))
      const lines = ['POST /graphql HTTP/1.1', 'host: x', 'connection: close', 'content-type: application/json', ...headers]
      socket.write(`${lines.join('\r\n')}\r\ncontent-length: ${body.length}\r\n\r\n${body}`)
    })
  expect(await raw([`authorization: Bearer ${createKeyText()}`, `authorization: Bearer ${key}`])).toMatch(/^HTTP\/1.1 401/)
  expect(await raw([`authorization: Bearer ${createKeyText()}`, `cookie: ${ben.cookie}`, 'x-baluhost-csrf: 1'])).toMatch(/^HTTP\/1.1 401/)
})

describe('WebSockets', () => {
  const acknowledged = async (socket: WebSocket, payload?: unknown) => {
    const ended = closed(socket)
    const peer = await talk(socket)
    peer.send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) })
    const type = await Promise.race([peer.next().then((message) => message['type']), ended.then(({ code }) => code)])
    return { type, ended, peer }
  }
  const url = () => `${nas.origin.replace('http', 'ws')}/graphql`
  const open = (headers: Record<string, string> = {}) => new WebSocket(url(), 'graphql-transport-ws', { headers })

  test('a key opens one by its header or with the first message, from wherever', async () => {
    const { key } = await keyOf(ben)
    const authorization = `Bearer ${key}`
    for (const [headers, payload] of [
      [{ authorization }, undefined],
      [{}, { authorization }],
      [{}, { Authorization: authorization }],
      [{ authorization, origin: 'https://elsewhere.example' }, undefined],
      [{ cookie: admin.cookie ?? '' }, { authorization }],
    ] as [Record<string, string>, unknown][]) {
      const socket = open(headers)
      const { peer, type } = await acknowledged(socket, payload)
      expect(type).toBe('connection_ack')
      peer.send({ id: '1', type: 'subscribe', payload: { query: '{ me { username } }' } })
      expect(await peer.next()).toMatchObject({ payload: { data: { me: { username: 'ben' } } } })
      socket.terminate()
    }
  })

  test('what is no key opens none, with a cookie beside it either', async () => {
    const cookie = ben.cookie ?? ''
    for (const [headers, payload] of [
      [{}, undefined],
      [{ cookie }, { authorization: `Bearer ${createKeyText()}` }],
      [{ cookie }, { authorization: 'Bearer' }],
      [{ cookie }, { authorization: 7 }],
      [{ cookie }, { authorization: ['Bearer x'] }],
      [{ cookie, authorization: `Bearer ${createKeyText()}` }, undefined],
    ] as [Record<string, string>, unknown][]) {
      expect((await acknowledged(open(headers), payload)).type, JSON.stringify(payload)).toBe(4401)
    }
    expect((await acknowledged(open({ cookie }))).type).toBe('connection_ack')
  })

  test('subscriptions need the scope', async () => {
    const { key } = await keyOf(ben, { scopes: ['files:read'] })
    const live = createClient({
      url: url(),
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${key}` },
      retryAttempts: 0,
    })
    const first = async (query: string) => (await live.iterate({ query }).next()).value
    expect(await first('subscription { folderChanged(path: "/ben") { reset } }')).toEqual({ data: { folderChanged: { reset: true } } })
    expect(await first('subscription { telemetryChanged { at } }')).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] })
    await live.dispose()
  })

  test.each(['revoked', 'narrowed', 'out of time'])('one ends within a second when its key is %s', async (how) => {
    const soon = new Date(Date.now() + 900)
    const { id, key } = await keyOf(ben, how === 'out of time' ? { expiresAt: soon } : {})
    const { ended, type } = await acknowledged(open(), { authorization: `Bearer ${key}` })
    expect(type).toBe('connection_ack')
    const began = how === 'out of time' ? soon.getTime() : Date.now()
    if (how === 'revoked') await revoke(id)
    if (how === 'narrowed') {
      const { data } = await ben.graphql(
        'mutation ($id: ID!) { updateApiKey(input: { id: $id, scopes: ["files:read"] }) { __typename ... on Problem { code } } }',
        { id },
      )
      expect(data.updateApiKey).toEqual({ __typename: 'ApiKey' })
    }
    expect(await ended).toMatchObject({ code: 4401 })
    expect(Date.now() - began).toBeLessThan(1_000)
  })

  test('a new name ends nothing', async () => {
    const { id, key } = await keyOf(ben)
    const { peer } = await acknowledged(open(), { authorization: `Bearer ${key}` })
    await ben.graphql('mutation ($id: ID!) { updateApiKey(input: { id: $id, name: "other" }) { __typename } }', { id })
    peer.send({ type: 'ping' })
    expect(await peer.next()).toEqual({ type: 'pong' })
  })
})

describe('bytes under way', () => {
  test.each(['revoked', 'out of time'])('a download breaks off within a second when its key is %s', async (how) => {
    const soon = new Date(Date.now() + 900)
    const { id, key } = await keyOf(ben, how === 'out of time' ? { expiresAt: soon } : {})
    const socket = connect(Number(new URL(nas.origin).port), '127.0.0.1')
    socket.write(`GET /files/ben/large HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${key}\r\n\r\n`)
    // Reads the beginning and then no more: the server waits with the rest.
    await new Promise((resolve) => socket.once('readable', resolve))
    expect(String(socket.read(12))).toBe('HTTP/1.1 200')
    const began = how === 'out of time' ? soon.getTime() : Date.now()
    const ended = new Promise((resolve) => socket.once('close', resolve).once('error', resolve))
    if (how === 'revoked') await revoke(id)
    else await new Promise((resolve) => setTimeout(resolve, began - Date.now()))
    let received = 0
    socket.on('data', (data) => {
      received += data.length
    })
    await ended
    expect(Date.now() - began).toBeLessThan(1_000)
    expect(received).toBeLessThan(64 * 1024 * 1024)
  })
})
