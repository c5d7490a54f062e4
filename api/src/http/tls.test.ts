import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { connect as tlsConnect } from 'node:tls'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { goodPassword, startNas, type TestNas } from '../../test/nas.ts'
import { systemClock } from '../platform/clock.ts'
import { LocalAuthority } from '../tls/local-authority.ts'
import { OwnCertificate } from '../tls/own-certificate.ts'

let nas: TestNas
let port: number
let ca: string
beforeAll(async () => {
  nas = await startNas({ env: { BALUHOST_TLS: 'local' } })
  port = Number(new URL(nas.origin).port)
  ca = readFileSync(`${nas.dataDir}/tls/ca.crt`, 'utf8')
})
afterAll(() => nas.close())

interface Answer {
  status: number
  headers: Record<string, string | string[] | undefined>
  body: string
}

interface Sent {
  method?: string
  headers?: Record<string, string>
  body?: string | Buffer
}

function ask(how: 'tls' | 'plain', path: string, { method = 'GET', headers = {}, body }: Sent = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path, method, headers, agent: false }
    const sent = how === 'tls' ? tlsRequest({ ...options, ca, servername: 'localhost' }) : plainRequest(options)
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }))
    })
    sent.end(body)
  })
}

const graphql = (query: string, headers: Record<string, string> = {}) =>
  ask('tls', '/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-baluhost-csrf': '1', ...headers },
    body: JSON.stringify({ query }),
  })

let cookie = ''

test('over TLS the cookie is tied to this host and to TLS', async () => {
  const input = `{ setupToken: "${nas.setupToken}", username: "ada", password: "${goodPassword}" }`
  const { body, headers } = await graphql(`mutation { completeSetup(input: ${input}) { __typename } }`)
  expect(JSON.parse(body).data.completeSetup.__typename).toBe('Session')
  const [set = ''] = headers['set-cookie'] ?? []
  expect(set).toMatch(/^__Host-baluhost_session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d+; Secure$/)
  cookie = set.split(';')[0] ?? ''
  expect(JSON.parse((await graphql('{ me { username } }', { cookie })).body).data.me.username).toBe('ada')
})

test('a cookie of the plain name does not count over TLS: somebody on the way could have set it', async () => {
  const token = cookie.split('=')[1]
  const { body } = await graphql('{ me { username } }', { cookie: `baluhost_session=${token}` })
  expect(JSON.parse(body).data.me).toBeNull()
})

test('browsers are told to stay with TLS, and only over TLS', async () => {
  expect((await ask('tls', '/healthz')).headers['strict-transport-security']).toBe('max-age=31536000; includeSubDomains')
  expect((await ask('plain', '/healthz')).headers['strict-transport-security']).toBeUndefined()
})

test('a plain request to the same port is led to https, its path kept', async () => {
  const { headers, status } = await ask('plain', '/browse?path=%2Fada', { headers: { host: `nas.local:${port}` } })
  expect([status, headers['location']]).toEqual([308, `https://nas.local:${port}/browse?path=%2Fada`])
  expect([headers['x-content-type-options'], headers['referrer-policy']]).toEqual(['nosniff', 'no-referrer'])
})

test('one that would change something is refused, and so is a host that is none', async () => {
  const posted = await ask('plain', '/graphql', { method: 'POST', body: '{}', headers: { 'content-type': 'application/json' } })
  expect([posted.status, JSON.parse(posted.body).code]).toEqual([403, 'HTTPS_REQUIRED'])
  const odd = await ask('plain', '/', { headers: { host: 'evil.example/\\@x' } })
  expect([odd.status, odd.headers['location']]).toEqual([403, undefined])
})

test('no sign-in, no file and no socket in plain', async () => {
  for (const path of ['/graphql', '/files/ada', '/uploads', '/avatars/x', '/audit/export']) {
    expect((await ask('plain', path, { headers: { accept: 'text/html', cookie } })).status, path).toBe(308)
  }
  const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws', { headers: { cookie } })
  socket.on('error', () => {})
  const status = await new Promise((resolve) => socket.once('unexpected-response', (_request, response) => resolve(response.statusCode)))
  expect(status).toBe(308)
})

test('the authority can be fetched in plain, and is the one that signed', async () => {
  const { body, headers } = await ask('plain', '/trust/ca.crt')
  expect(headers['content-type']).toBe('application/x-x509-ca-cert')
  expect(body).toBe(ca)
  const about = JSON.parse((await ask('plain', '/trust/authority.json')).body)
  expect(about.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  expect(about.names).toContain('localhost')
})

test('live data comes over the encrypted WebSocket, for pages of this origin only', async () => {
  const open = (origin: string) =>
    new Promise<string>((resolve) => {
      const socket = new WebSocket(`wss://localhost:${port}/graphql`, 'graphql-transport-ws', { ca, headers: { cookie }, origin })
      socket.once('open', () => {
        socket.terminate()
        resolve('open')
      })
      socket.once('unexpected-response', (_request, response) => resolve(String(response.statusCode)))
      socket.on('error', () => {})
    })
  expect(await open(`https://localhost:${port}`)).toBe('open')
  // The same host without TLS is another origin: whoever is on the way could have written that page.
  expect(await open(`http://localhost:${port}`)).toBe('403')
  expect(await open('https://evil.example')).toBe('403')
})

test('nothing older than TLS 1.2 is spoken', async () => {
  const old = new Promise((resolve) => {
    const socket = tlsConnect({ host: '127.0.0.1', port, ca, servername: 'localhost', minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })
    socket.on('secureConnect', () => resolve('connected'))
    socket.on('error', (error: Error & { code?: string }) => resolve(error.code))
  })
  expect(await old).toMatch(/^E|ERR_/)
  const present = tlsConnect({ host: '127.0.0.1', port, ca, servername: 'localhost' })
  expect(await new Promise((resolve) => present.on('secureConnect', () => resolve(present.getProtocol())))).toBe('TLSv1.3')
  present.destroy()
})

test('the server stops although a connection has said nothing yet', async () => {
  const other = await startNas({ env: { BALUHOST_TLS: 'local' } })
  const silent = connect(Number(new URL(other.origin).port), '127.0.0.1')
  await new Promise((resolve) => silent.once('connect', resolve))
  const ended = new Promise((resolve) => silent.once('close', resolve))
  silent.on('error', () => {})
  await other.close()
  await ended
})

test('own certificate files are taken up when they change, and a broken pair is not', async () => {
  const folder = mkdtempSync(`${tmpdir()}/baluhost-own-`)
  const log = pino({ level: 'silent' })
  const authority = await LocalAuthority.open({ folder: `${folder}/a`, clock: systemClock, log })
  const renewedAuthority = await LocalAuthority.open({ folder: `${folder}/b`, clock: systemClock, log })
  const files = { cert: `${folder}/cert.pem`, key: `${folder}/key.pem` }
  const put = ({ cert, key }: { cert: string; key: string }) => {
    writeFileSync(files.key, key)
    writeFileSync(files.cert, cert)
  }
  put(authority.current())
  const own = new OwnCertificate(files, log)
  const seen: string[] = []
  let wake = () => {}
  const stop = own.watch(({ cert }) => {
    seen.push(cert)
    wake()
  }, 25)
  const next = () =>
    new Promise<void>((resolve) => {
      wake = resolve
    })
  // The certificate alone: it does not fit the key that is still there.
  writeFileSync(files.cert, renewedAuthority.current().cert)
  const taken = next()
  await new Promise((resolve) => setTimeout(resolve, 120))
  expect(own.current()).toEqual(authority.current())
  writeFileSync(files.key, renewedAuthority.current().key)
  await taken
  expect(own.current()).toEqual(renewedAuthority.current())
  expect(seen).toEqual([renewedAuthority.current().cert])
  stop()
  writeFileSync(files.key, 'no key')
  expect(() => new OwnCertificate(files, log)).toThrow(/not valid PEM/)
  writeFileSync(files.key, authority.current().key)
  expect(() => new OwnCertificate(files, log)).toThrow(/is not the key of/)
  rmSync(folder, { recursive: true })
})
