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
