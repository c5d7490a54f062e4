import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Client, refusal } from '../../test/client.ts'
import { adminName, startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { securityHeaders } from './headers.ts'

let nas: TestNas
let admin: Client
beforeAll(async () => {
  ;({ nas, admin } = await startNasWithAdmin())
  await admin.fetch(`/uploads`, {
    method: 'POST',
    headers: {
      'x-baluhost-csrf': '1',
      'tus-resumable': '1.0.0',
      'upload-length': '2',
      'upload-metadata': `path ${Buffer.from(`/${adminName}/a.html`).toString('base64')}`,
      'content-type': 'application/offset+octet-stream',
    },
    body: 'hi',
  })
})
afterAll(() => nas.close())

/** One of each kind of answer: pages, data, files, and refusals by each layer. */
const answers: [string, string, RequestInit, number][] = [
  ['a page', '/sign-in', {}, 200],
  ['a page that is not there', '/nothing-here', { headers: { accept: 'text/html' } }, 404],
  ['the playground', '/graphql', { headers: { accept: 'text/html' } }, 200],
  ['a script of the playground', '/playground/start.js', {}, 200],
  ['health', '/healthz', {}, 200],
  ['an answer of the graph', '/graphql', { method: 'POST', body: '{"query":"{ me { id } }"}' }, 200],
  ['a document that cannot be read', '/graphql', { method: 'POST', body: '{"query":"{"}' }, 200],
  ['a body that cannot be read', '/graphql', { method: 'POST', body: '{' }, 400],
  ['a file that only downloads', `/files/${adminName}/a.html`, {}, 200],
  ['a file that is not there', `/files/${adminName}/b`, {}, 404],
  ['an address that is none', '/files/%zz', {}, 400],
  ['an upload that is not there', '/uploads/x', { method: 'HEAD', headers: { 'tus-resumable': '1.0.0' } }, 404],
  ['a method that is not there', '/healthz', { method: 'DELETE' }, 404],
  ['an authority that is not there', '/trust/ca.crt', {}, 404],
]

test.each(answers)('%s carries every header', async (_what, path, init, status) => {
  const headers = { ...(init.body ? { 'content-type': 'application/json' } : {}), 'x-baluhost-csrf': '1', ...(init.headers as object) }
  const response = await admin.fetch(path, { ...init, headers })
  await response.arrayBuffer()
  expect(response.status).toBe(status)
  for (const [name, value] of Object.entries(securityHeaders)) {
    if (name === 'content-security-policy') continue
    expect(response.headers.get(name), name).toBe(value)
  }
  const policy = response.headers.get('content-security-policy') ?? ''
  expect(policy).toMatch(/frame-ancestors '(none|self)'/)
  expect(policy).not.toMatch(/unsafe-inline|unsafe-eval|\*/)
  // A page says what may run in it; all else runs nothing.
  if (!/script-src/.test(policy)) expect(policy).toMatch(/default-src 'none'/)
  expect(response.headers.get('access-control-allow-origin')).toBeNull()
  expect(response.headers.get('strict-transport-security')).toBeNull()
  expect(response.headers.get('server') ?? response.headers.get('x-powered-by')).toBeNull()
  expect(response.headers.get('x-request-id')).toMatch(/^[0-9a-z]{26}$/)
})

test('no other origin may read an answer, whatever it asks for', async () => {
  for (const path of ['/graphql', '/uploads', `/files/${adminName}/a.html`, '/healthz']) {
    const headers = {
      origin: 'https://evil.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-baluhost-csrf',
    }
    const asked = await admin.fetch(path, { method: 'OPTIONS', headers })
    for (const name of asked.headers.keys()) expect(name).not.toMatch(/^access-control-allow/)
    const read = await admin.fetch(path, { headers: { origin: 'https://evil.example' } })
    for (const name of read.headers.keys()) expect(name).not.toMatch(/^access-control-allow/)
  }
})

test('a refused WebSocket is answered as everything else', async () => {
  const { status } = await refusal(admin.socket({ origin: 'https://evil.example' }))
  expect(status).toBe(403)
})
