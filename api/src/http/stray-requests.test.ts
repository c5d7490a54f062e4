import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas } from '../../test/nas.ts'

let nas: TestNas
let admin: Client
beforeAll(async () => {
  ;({ nas, admin } = await startNasWithAdmin())
})
afterAll(() => nas.close())

/** The first line and the body of what the server answers to these bytes. */
function raw(bytes: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(nas.origin).port), '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (data) => {
      text += data
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
}

test('TRACE and methods nobody has are refused', async () => {
  for (const path of ['/', '/graphql', '/files/Shared', '/uploads', '/healthz']) {
    // The secret that TRACE would give back to a script.
    const answer = await raw(`TRACE ${path} HTTP/1.1\r\nhost: x\r\nx-mirrored: a-secret\r\nconnection: close\r\n\r\n`)
    expect(answer, path).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer, path).not.toContain('a-secret')
    expect(await raw(`FROBNICATE ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`), path).toMatch(/^HTTP\/1\.1 4\d\d /)
  }
})

test('the health of the server says nothing else about it', async () => {
  const response = await nas.client().fetch('/healthz')
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }])
  expect(response.headers.get('server')).toBeNull()
  expect(response.headers.get('x-powered-by')).toBeNull()
})

test('a token in the address opens nothing', async () => {
  const token = admin.sessionToken
  expect(token.length).toBeGreaterThan(40)
  const stranger = nas.client()
  for (const name of ['token', 'session', 'access_token', 'baluhost_session', 'key']) {
    const query = `?${name}=${encodeURIComponent(token)}`
    expect((await stranger.fetch(`/files/Shared${query}`)).status, name).toBe(401)
    const answer = await stranger.fetch(`/graphql${query}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"query":"{ me { id } }"}',
    })
    expect(await answer.json(), name).toEqual({ data: { me: null } })
  }
})

test('what is given twice is not mixed', async () => {
  const stranger = nas.client()
  const wrong = `baluhost_session=${'x'.repeat(43)}`
  const me = async (cookie: string) => {
    const { data } = await stranger.graphql('{ me { username } }', {}, { cookie })
    return data.me?.username ?? null
  }
  expect(await me(`${admin.cookie}`)).toBe('ada')
  // The first of two counts, and only it: a second is never taken because the first did not do.
  expect(await me(`${wrong}; ${admin.cookie}`)).toBeNull()
  expect(await me(`${admin.cookie}; ${wrong}`)).toBe('ada')
  const twice = await admin.post('{"query":"{ setup { required } }","query":"{ me { username } }"}')
  expect(twice.data).toEqual({ me: { username: 'ada' } })
  const inAddress = await admin.fetch('/graphql?query=%7B%20setup%20%7B%20required%20%7D%20%7D', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-baluhost-csrf': '1' },
    body: '{"query":"{ me { username } }"}',
  })
  expect(await inAddress.json()).toEqual({ data: { me: { username: 'ada' } } })
})

test('answers with data are kept by no cache', async () => {
  const answers = {
    graphql: await admin.graphql('{ me { username } }'),
    upload: await admin.fetch('/uploads/none', { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } }),
  }
  for (const [what, { headers }] of Object.entries(answers)) expect(headers.get('cache-control'), what).toMatch(/no-store/)
  const file = await admin.fetch('/files/Shared/none')
  expect(file.headers.get('cache-control') ?? 'no-store').toMatch(/private|no-store|no-cache/)
})
