import { mkdtempSync, rmSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import type { Services } from '../graphql/context.ts'
import { nasSchema } from '../graphql/schema.nas.ts'
import { Bus } from '../platform/bus.ts'
import { systemClock } from '../platform/clock.ts'
import { LocalAuthority } from '../tls/local-authority.ts'
import { createHttpServer } from './server.ts'

const short = { headers: 300, body: 700, silence: 1_500 }
const log = pino({ level: 'silent' })

let folder: string
const apps: FastifyInstance[] = []
const ports = { plain: 0, tls: 0 }
beforeAll(async () => {
  folder = mkdtempSync(`${tmpdir()}/baluhost-slow-`)
  const certificates = await LocalAuthority.open({ folder: `${folder}/tls`, clock: systemClock, log })
  for (const [kind, more] of [
    ['plain', {}],
    ['tls', { certificates }],
  ] as const) {
    const app = await createHttpServer({ ...deps(), ...more })
    ports[kind] = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
    apps.push(app)
  }
})

function deps() {
  const services = {
    identification: { actorOf: async () => ({ kind: 'anonymous', address: '', client: null, requestId: '' }) },
    sessions: { hasCookie: () => false },
  } as unknown as Services
  return {
    schema: nasSchema,
    readiness: () => ({ ready: true, missing: [] }),
    services,
    bus: new Bus(),
    log,
    dashboardDir: `${folder}/none`,
    patience: short,
  }
}
afterAll(async () => {
  for (const app of apps) await app.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Says `first`, then `drop` again and again, until the server has enough. */
async function drip(port: number, first: string, drop = '', every = 50): Promise<{ answer: string; after: number }> {
  const began = performance.now()
  let answer = ''
  const socket: Socket = connect(port, '127.0.0.1')
  socket.on('data', (data) => {
    answer += data.toString('latin1')
  })
  socket.on('error', () => {})
  if (first) socket.write(first, 'latin1')
  const timer = drop ? setInterval(() => socket.writable && socket.write(drop), every) : undefined
  await new Promise((resolve) => socket.once('close', resolve))
  clearInterval(timer)
  return { answer, after: performance.now() - began }
}

describe('who is slow on purpose is let go', () => {
  test.each(['plain', 'tls'] as const)('headers that never end (%s port)', async (kind) => {
    const { after, answer } = await drip(ports[kind], 'GET /healthz HTTP/1.1\r\nhost: x\r\n', 'x-a: b\r\n')
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(after).toBeLessThan(short.headers * 2 + 1_000)
  })

  test('a body that comes a byte at a time, though it is never silent', async () => {
    const first = 'POST /graphql HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 100000\r\n\r\n{'
    const { after, answer } = await drip(ports.plain, first, ' ')
    expect(answer).toMatch(/^HTTP\/1\.1 408 /)
    expect(after).toBeGreaterThan(short.body - 50)
    expect(after).toBeLessThan(short.body + 1_000)
  })

  test('an upload may take longer than that', async () => {
    const first = 'PATCH /uploads/01abc HTTP/1.1\r\nhost: x\r\ntus-resumable: 1.0.0\r\ncontent-length: 100000\r\n\r\n{'
    const socket = connect(ports.plain, '127.0.0.1')
    let answer = ''
    socket.on('data', (data) => {
      answer += data
    })
    socket.write(first)
    const timer = setInterval(() => socket.write(' '), 50)
    await expect.poll(() => answer, { timeout: 5_000 }).not.toBe('')
    clearInterval(timer)
    socket.destroy()
    // Refused, since nobody is signed in; not for its slowness.
    expect(answer).not.toMatch(/^HTTP\/1\.1 408 /)
  })

  test.each([
    ['a connection that says nothing', 'plain', ''],
    ['a handshake that stops after its first bytes', 'tls', '\x16\x03\x01\x00'],
  ] as const)('%s', async (_what, kind, first) => {
    const { after } = await drip(ports[kind], first)
    expect(after).toBeLessThan(short.silence + 1_500)
  })

  test('the server stops at once, whatever stage connections are stuck in', async () => {
    const certificates = await LocalAuthority.open({ folder: `${folder}/tls`, clock: systemClock, log })
    const app = await createHttpServer({ ...deps(), certificates, patience: { headers: 60_000, body: 60_000, silence: 60_000 } })
    const port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port)
    const stuck = ['\x16\x03\x01\x00', '', 'GET / HTTP/1.1\r\n', '\x16\x03\x01\x02'].map((first) => drip(port, first))
    await expect.poll(() => new Promise((resolve) => app.server.getConnections((_error, count) => resolve(count)))).toBe(stuck.length)
    const began = performance.now()
    await app.close()
    expect(performance.now() - began).toBeLessThan(2_000)
    await Promise.all(stuck)
  })

  test('the server still answers everybody else meanwhile', async () => {
    const slow = Array.from({ length: 100 }, () => drip(ports.plain, 'GET / HTTP/1.1\r\nhost: x\r\n', 'x: y\r\n'))
    const began = performance.now()
    expect((await fetch(`http://127.0.0.1:${ports.plain}/healthz`)).status).toBe(200)
    expect(performance.now() - began).toBeLessThan(1_000)
    await Promise.all(slow)
  })
})

describe('where a request ends is never in doubt', () => {
  let nas: TestNas
  beforeAll(async () => {
    ;({ nas } = await startNasWithAdmin())
  })
  afterAll(() => nas.close())

  /** What a server would take for a second request if it read the first differently from the proxy before it. */
  const hidden = 'GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'
  const body = '{"query":"{ __typename }"}'
  const head = 'POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n'
  const chunked = `${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`

  test.each<[string, string]>([
    ['a length and chunks', `${head}Content-Length: ${chunked.length}\r\nTransfer-Encoding: chunked\r\n\r\n${chunked}`],
    ['chunks and a length', `${head}Transfer-Encoding: chunked\r\nContent-Length: 4\r\n\r\n${chunked}`],
    ['two lengths', `${head}Content-Length: ${body.length}\r\nContent-Length: 0\r\n\r\n${body}`],
    ['a list of lengths', `${head}Content-Length: ${body.length}, 0\r\n\r\n${body}`],
    ['a length with a sign', `${head}Content-Length: +${body.length}\r\n\r\n${body}`],
    ['a negative length', `${head}Content-Length: -1\r\n\r\n${body}`],
    ['a hexadecimal length', `${head}Content-Length: 0x1a\r\n\r\n${body}`],
    ['an encoding nobody knows', `${head}Transfer-Encoding: xchunked\r\n\r\n${chunked}`],
    ['an encoding after the chunks', `${head}Transfer-Encoding: chunked, identity\r\n\r\n${chunked}`],
    ['a space before the colon', `${head}Transfer-Encoding : chunked\r\n\r\n${chunked}`],
    ['a folded header', `${head}Transfer-Encoding:\r\n chunked\r\nContent-Length: 4\r\n\r\n${chunked}`],
    ['a bare line feed at the end of a header', `${head}X-A: b\nTransfer-Encoding: chunked\r\n\r\n${chunked}`],
    ['a bare carriage return in a header', `${head}X-A: b\rTransfer-Encoding: chunked\r\n\r\n${chunked}`],
    ['a NUL in a header', `${head}X-A: b\u0000c\r\nContent-Length: ${body.length}\r\n\r\n${body}`],
    ['a chunk whose length is none', `${head}Transfer-Encoding: chunked\r\n\r\nzz\r\n${body}\r\n0\r\n\r\n`],
    ['a chunk longer than it says', `${head}Transfer-Encoding: chunked\r\n\r\n1\r\n${body}\r\n0\r\n\r\n`],
    ['a chunk length beyond all numbers', `${head}Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n${body}\r\n0\r\n\r\n`],
    ['no host', 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['two hosts', 'GET /healthz HTTP/1.1\r\nHost: x\r\nHost: evil.example\r\n\r\n'],
    ['a version nobody speaks', 'GET /healthz HTTP/9.9\r\nHost: x\r\n\r\n'],
    ['HTTP/2 without TLS', 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['17 kB of headers', `GET /healthz HTTP/1.1\r\nHost: x\r\nX-A: ${'a'.repeat(17_000)}\r\n\r\n`],
  ])('%s is refused, and what follows on the connection is not read', async (_what, bytes) => {
    const { answer } = await drip(Number(new URL(nas.origin).port), bytes + hidden)
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(answer.match(/HTTP\/1\.1 \d/g), answer).toHaveLength(1)
    expect(answer).not.toContain('"ok"')
    expect(answer).toMatch(/\r\nconnection: close\r\n/i)
  })

  test('two requests in one packet are two requests', async () => {
    const { answer } = await drip(Number(new URL(nas.origin).port), `GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n${hidden}`)
    expect(answer.match(/HTTP\/1\.1 200 /g)).toHaveLength(2)
  })
})
