import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, refusal } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'

const signIn = `mutation ($input: SignInInput!) { signIn(input: $input) { __typename } }`
const forged = { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https', 'x-forwarded-host': 'nas.example' }

const enter = (client: Client, headers: Record<string, string>) =>
  client.graphql(signIn, { input: { username: adminName, password: goodPassword } }, headers)
const lastAddress = async (nas: TestNas) =>
  (await nas.database.auditEntry.findFirstOrThrow({ where: { action: 'auth.signIn' }, orderBy: { sequence: 'desc' } })).address

describe('forwarding headers of anybody', () => {
  let nas: TestNas
  beforeAll(async () => {
    ;({ nas } = await startNasWithAdmin())
  })
  afterAll(() => nas.close())

  test('change neither the address that is written down nor what the cookie says', async () => {
    const { headers } = await enter(nas.client(), forged)
    expect(await lastAddress(nas)).toBe('127.0.0.1')
    expect(headers.getSetCookie().join()).not.toMatch(/Secure|__Host-/)
    expect(headers.get('strict-transport-security')).toBeNull()
  })

  test('make no foreign page one of ours', async () => {
    const client = nas.client()
    await client.signIn(adminName, goodPassword)
    const { WebSocket } = await import('ws')
    const socket = new WebSocket(`${nas.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
      origin: 'https://nas.example',
      headers: { cookie: client.cookie ?? '', ...forged },
    })
    expect((await refusal(socket)).status).toBe(403)
  })
})

describe('behind a proxy that is trusted', () => {
  let nas: TestNas
  beforeAll(async () => {
    ;({ nas } = await startNasWithAdmin({ env: { BALUHOST_TRUSTED_PROXIES: '127.0.0.0/8, 10.1.0.0/16' } }))
  })
  afterAll(() => nas.close())

  test('the client is the one that the proxy saw, and TLS is what the proxy spoke', async () => {
    const { headers } = await enter(nas.client(), forged)
    expect(await lastAddress(nas)).toBe('203.0.113.9')
    expect(headers.getSetCookie().join()).toMatch(/__Host-baluhost_session=.*Secure/)
    expect(headers.get('strict-transport-security')).toMatch(/max-age/)
  })

  test('what the client itself wrote before the proxy is not believed', async () => {
    await enter(nas.client(), { ...forged, 'x-forwarded-for': '198.51.100.1, 203.0.113.9' })
    expect(await lastAddress(nas)).toBe('203.0.113.9')
    // Two proxies of ours in a row: the first address from the right that is none of them.
    await enter(nas.client(), { ...forged, 'x-forwarded-for': '198.51.100.1, 203.0.113.9, 10.1.2.3' })
    expect(await lastAddress(nas)).toBe('203.0.113.9')
  })

  test('its pages may open the WebSocket under the name that the proxy has', async () => {
    const client = nas.client()
    await enter(client, forged)
    const { WebSocket } = await import('ws')
    const open = (origin: string) =>
      new Promise((resolve) => {
        const headers = { cookie: client.cookie ?? '', ...forged }
        const socket = new WebSocket(`${nas.origin.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { origin, headers })
        socket.once('open', () => {
          socket.terminate()
          resolve('open')
        })
        socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
        socket.on('error', () => {})
      })
    expect(await open('https://nas.example')).toBe('open')
    expect(await open('http://nas.example')).toBe(403)
    expect(await open('https://evil.example')).toBe(403)
  })
})

describe('a proxy that sends the files itself', () => {
  const content = 'the bytes of it'
  const ask = async (trusted: string, headers: Record<string, string>, path = '/files/Shared/a%20%C3%BC%2525.txt') => {
    const { nas, admin } = await startNasWithAdmin({ env: { BALUHOST_TRUSTED_PROXIES: trusted, BALUHOST_ACCEL_PREFIX: '/storage/' } })
    try {
      writeFileSync(`${nas.storageDir}/Shared/a ü%25.txt`, content)
      // The session cookie of plain HTTP.
      const response = await admin.fetch(path, { headers })
      return { response, body: await response.text() }
    } finally {
      await nas.close()
    }
  }

  test('is told where the file is, with all that is to be said of it and nothing that it says itself', async () => {
    const { body, response } = await ask('127.0.0.0/8', { 'x-forwarded-for': '203.0.113.9', range: 'bytes=0-1' })
    expect([response.status, body]).toEqual([200, ''])
    const { headers } = response
    expect(headers.get('x-accel-redirect')).toBe('/storage/Shared/a%20%C3%BC%2525.txt')
    expect(headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(headers.get('content-security-policy')).toMatch(/^sandbox/)
    expect([headers.get('etag'), headers.get('last-modified'), headers.get('content-range')]).toEqual([null, null, null])
    const none = await ask('127.0.0.0/8', { 'x-forwarded-for': '203.0.113.9' }, '/files/Shared/none')
    expect([none.response.status, none.response.headers.get('x-accel-redirect')]).toEqual([404, null])
  })

  test('who comes without it, or only says so, gets the bytes', async () => {
    const direct = await ask('127.0.0.0/8', {})
    expect([direct.body, direct.response.headers.get('x-accel-redirect')]).toEqual([content, null])
    const claimed = await ask('10.1.0.0/16', { 'x-forwarded-for': '203.0.113.9' })
    expect([claimed.body, claimed.response.headers.get('x-accel-redirect')]).toEqual([content, null])
  })
})
