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

const codeIn = (body: { code?: string; errors?: { extensions: { code: string } }[] }) => body.code ?? body.errors?.[0]?.extensions.code
const operation = { 'content-type': 'application/json' }
const upload = { 'tus-resumable': '1.0.0', 'upload-length': '1', 'upload-metadata': `path ${btoa('/Shared/x')}` }

/** A method and address of every kind of route, also such that do not exist: nobody can forget the guard on a new one. */
const changing: [string, string, Record<string, string>, string?][] = [
  ['POST', '/graphql', operation, '{"query":"{ __typename }"}'],
  ['POST', '/graphql', operation, '{"query":"mutation { signOut { __typename } }"}'],
  ['POST', '/uploads', upload],
  ['PATCH', '/uploads/01abc', { 'tus-resumable': '1.0.0', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream' }, 'x'],
  ['DELETE', '/uploads/01abc', { 'tus-resumable': '1.0.0' }],
  ['POST', '/uploads/01abc', { 'tus-resumable': '1.0.0', 'x-http-method-override': 'DELETE' }],
  ['PUT', '/files/Shared/x', {}],
  ['DELETE', '/files/Shared/x', {}],
  ['POST', '/files/Shared/x', {}],
  ['POST', '/healthz', {}],
  ['POST', '/api/anything', operation, '{}'],
  ['POST', '/', {}],
]

test.each(changing)('%s %s with the cookie needs the header', async (method, path, headers, body) => {
  const send = (more: Record<string, string>) => admin.fetch(path, { method, headers: { ...headers, ...more }, ...(body ? { body } : {}) })
  for (const wrong of [{}, { 'x-baluhost-csrf': '0' }, { 'x-baluhost-csrf': '' }, { 'x-baluhost-csrf': '1, 1' }]) {
    const refused = await send(wrong)
    expect(refused.status).toBe(403)
    const answer = await refused.json()
    expect(codeIn(answer)).toBe('CSRF_HEADER_MISSING')
  }
  if (body?.includes('signOut')) return
  const allowed = await send({ 'x-baluhost-csrf': '1' })
  const text = await allowed.text()
  expect(allowed.status).not.toBe(403)
  expect(text).not.toContain('CSRF')
})

/** Each route with its methods, `:id` and `*` filled in: a route added tomorrow is among them. */
function routesOf(printed: string): { url: string; methods: string[] }[] {
  const found: { url: string; methods: string[] }[] = []
  const parents: string[] = []
  for (const line of printed.split('\n')) {
    const [, indent = '', part = '', methods = ''] = /^([│ ]*)[├└]── (\S*) ?(?:\(([A-Z, ]+)\))?/.exec(line) ?? []
    if (part === '') continue
    const depth = indent.length / 4
    parents.splice(depth, parents.length, part)
    if (methods) found.push({ url: parents.join('').replaceAll(/:\w+|\*/g, 'x'), methods: methods.split(', ') })
  }
  return found
}

test('no route that can change something forgets it, also one that nobody has thought of here', async () => {
  const routes = routesOf(nas.routes)
  expect(routes.map(({ url }) => url)).toEqual(expect.arrayContaining(['/graphql', '/uploads', '/uploads/x', '/avatars/x']))
  let asked = 0
  for (const { methods, url } of routes) {
    for (const method of methods.filter((one) => !['GET', 'HEAD', 'OPTIONS'].includes(one))) {
      const response = await admin.fetch(url, { method, headers: operation, body: '{}' })
      expect([method, url, response.status, codeIn(await response.json())]).toEqual([method, url, 403, 'CSRF_HEADER_MISSING'])
      asked += 1
    }
  }
  expect(asked).toBeGreaterThan(3)
})

test('nothing of what was refused has happened', async () => {
  expect((await admin.graphql('{ me { username } }')).data.me).not.toBeNull()
  // The one of the walk above that carried the header.
  expect(await nas.database.upload.count()).toBe(1)
})

test('an invalid cookie needs it as well, and no cookie does not', async () => {
  const post = (headers: Record<string, string>) =>
    fetch(`${nas.origin}/graphql`, { method: 'POST', headers: { ...operation, ...headers }, body: '{"query":"{ __typename }"}' })
  expect((await post({ cookie: 'baluhost_session=made-up' })).status).toBe(403)
  expect((await post({ cookie: 'a=b; baluhost_session=' })).status).toBe(403)
  expect((await post({ cookie: 'other=1' })).status).toBe(200)
  expect((await post({})).status).toBe(200)
})

test('reading needs no header', async () => {
  for (const method of ['GET', 'HEAD']) expect((await admin.fetch('/files/Shared/none', { method })).status).toBe(404)
  expect((await admin.fetch('/healthz')).status).toBe(200)
  expect((await admin.fetch('/uploads', { method: 'OPTIONS' })).status).toBe(204)
})

test('no answer lets a page of another site read it', async () => {
  for (const [method, path] of [
    ['OPTIONS', '/graphql'],
    ['OPTIONS', '/uploads'],
    ['GET', '/healthz'],
    ['GET', '/files/Shared'],
  ] as const) {
    const response = await admin.fetch(path, {
      method,
      headers: {
        origin: 'https://evil.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-baluhost-csrf',
      },
    })
    expect(response.headers.get('access-control-allow-origin'), `${method} ${path}`).toBeNull()
    expect(response.headers.get('access-control-allow-headers') ?? '', `${method} ${path}`).not.toContain('csrf')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  }
})

test.each([
  ['no HTTP at all', 'hello\r\n\r\n', 400, 'BAD_REQUEST'],
  ['a header that never ends', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'x'.repeat(40_000)}\r\n\r\n`, 431, 'HEADERS_TOO_LARGE'],
  ['two lengths', 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nx', 400, 'BAD_REQUEST'],
  [
    'a length and chunks',
    'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n',
    400,
    'BAD_REQUEST',
  ],
  ['a line break in a header', 'GET / HTTP/1.1\r\nhost: x\r\ncookie: a\rb\r\n\r\n', 400, 'BAD_REQUEST'],
  ['an address that is no encoding', 'GET /%zz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n', 400, 'BAD_REQUEST'],
  ['a very long id', `HEAD /uploads/${'x'.repeat(200)} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`, 404, ''],
])('raw bytes: %s', async (_what, bytes, status, code) => {
  const answer = await new Promise<string>((resolve, reject) => {
    let text = ''
    const socket = connect(Number(new URL(nas.origin).port), '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (data) => {
      text += data
    })
    socket.on('close', () => resolve(text))
    socket.on('error', reject)
  })
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  if (code) expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ code, status, requestId: expect.any(String) })
})
