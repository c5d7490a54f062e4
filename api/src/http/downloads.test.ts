import { createHash, randomBytes } from 'node:crypto'
import { appendFileSync, mkdirSync, readdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { fastify } from 'fastify'
import { extensions as mimeTypes } from 'mime-types'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sessionEnded } from '../auth/model.ts'
import { Archives } from '../files/archives.ts'
import { mimeTypeOf } from '../files/model.ts'
import { createTestLinks, startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { testVersions } from '../versions/test-versions.ts'
import { parseRanges } from './byte-range.ts'
import { registerDownloads } from './downloads.ts'
import { presentation } from './file-headers.ts'
import { installErrorHandler } from './problem.ts'

let database: Database
let drop: () => Promise<void>
let storage: TestStorage
let server: TestServer

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(async () => {
  storage = await createTestStorage(database)
  for (const username of ['ben', 'vera']) await storage.files.ensureHome({ id: `id-${username}`, username })
  server = await startTestServer(storage)
})
afterEach(async () => {
  await server.close()
  await storage.close()
})

const disk = (path: string) => `${storage.folder}${path}`
const load = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${server.origin}/files${path}`, { method, headers: { 'x-user': 'ben', ...headers } })
const bytesOf = async (response: Response) => Buffer.from(await response.arrayBuffer())

/** By a socket of its own: what a library makes of the answer is not what came. */
async function raw(path: string, lines: string) {
  const { hostname, port } = new URL(server.origin)
  const socket = connect(Number(port), hostname)
  socket.write(`GET /files${path} HTTP/1.1\r\nHost: x\r\nX-User: ben\r\nConnection: close\r\n${lines}\r\n\r\n`)
  const parts: Buffer[] = []
  for await (const part of socket) parts.push(part as Buffer)
  const answer = Buffer.concat(parts)
  const end = answer.indexOf('\r\n\r\n')
  const [first = '', ...fields] = answer.subarray(0, end).toString('latin1').split('\r\n')
  const headers: Record<string, string> = Object.fromEntries(fields.map((field) => field.split(/: (.*)/s, 2)))
  return { status: Number(first.split(' ')[1]), headers, body: answer.subarray(end + 4) }
}

describe('downloads', () => {
  test('the whole file and every part of it, with what identifies it', async () => {
    const content = randomBytes(2_500_000)
    writeFileSync(disk('/ben/a.bin'), content)
    const whole = await load('/ben/a.bin')
    expect(whole.status).toBe(200)
    expect((await bytesOf(whole)).equals(content)).toBe(true)
    expect(whole.headers.get('accept-ranges')).toBe('bytes')
    expect(whole.headers.get('content-length')).toBe('2500000')
    for (const [range, from, to] of [
      ['bytes=0-0', 0, 1],
      ['bytes=100-1999999', 100, 2_000_000],
      ['bytes=2499990-', 2_499_990, 2_500_000],
      ['bytes=-5', 2_499_995, 2_500_000],
      ['bytes=10-99999999', 10, 2_500_000],
    ] as const) {
      const part = await load('/ben/a.bin', { range })
      expect(part.status).toBe(206)
      expect(part.headers.get('content-range')).toBe(`bytes ${from}-${to - 1}/2500000`)
      expect((await bytesOf(part)).equals(content.subarray(from, to))).toBe(true)
    }
    for (const range of ['bytes=5-1', 'bytes=0-1,5-1', 'bytes=0-1;5-6', 'bytes=,', 'lines=1-2', 'bytes=a-b', 'bytes=-']) {
      const all = await load('/ben/a.bin', { range })
      expect(all.status, range).toBe(200)
      expect((await bytesOf(all)).length).toBe(2_500_000)
    }
    const beyond = await load('/ben/a.bin', { range: 'bytes=2500000-' })
    expect(beyond.status).toBe(416)
    expect(beyond.headers.get('content-range')).toBe('bytes */2500000')
    expect(await beyond.json()).toMatchObject({ code: 'RANGE_NOT_SATISFIABLE' })
    const head = await load('/ben/a.bin', {}, 'HEAD')
    expect([head.status, head.headers.get('content-length'), (await bytesOf(head)).length]).toEqual([200, '2500000', 0])
  })

  test('several parts of one file, whole when too many are asked for', async () => {
    const content = randomBytes(3_000_000)
    writeFileSync(disk('/ben/a.bin'), content)
    const wanted = [
      [2_000_000, 2_999_999],
      [0, 0],
      [500_000, 1_600_000],
    ] as const
    const { headers, status, body } = await raw('/ben/a.bin', `Range: bytes=${wanted.map((range) => range.join('-')).join(', ')}`)
    expect(status).toBe(206)
    const boundary = /^multipart\/byteranges; boundary=(\w{10,70})$/.exec(headers['content-type'] ?? '')?.[1] ?? ''
    expect(boundary).not.toBe('')
    expect(headers['content-range']).toBeUndefined()
    expect(Number(headers['content-length'])).toBe(body.length)
    let rest = body
    for (const [from, to] of wanted) {
      const head = Buffer.from(
        `\r\n--${boundary}\r\ncontent-type: application/octet-stream\r\ncontent-range: bytes ${from}-${to}/3000000\r\n\r\n`,
      )
      expect(rest.subarray(0, head.length).toString('latin1')).toBe(head.toString('latin1'))
      const part = rest.subarray(head.length, head.length + to - from + 1)
      expect(part.equals(content.subarray(from, to + 1))).toBe(true)
      rest = rest.subarray(head.length + part.length)
    }
    expect(rest.toString()).toBe(`\r\n--${boundary}--\r\n`)

    const tooMany = Array.from({ length: 17 }, (_, index) => `${index * 10_000}-${index * 10_000}`).join(',')
    const whole = await raw('/ben/a.bin', `Range: bytes=${tooMany}`)
    expect([whole.status, whole.body.equals(content)]).toEqual([200, true])
    const overlapping = await raw('/ben/a.bin', `Range: bytes=${Array.from({ length: 16 }, (_, index) => `${index}-`).join(',')}`)
    expect([overlapping.status, overlapping.headers['content-range'], overlapping.body.length]).toEqual([
      206,
      'bytes 0-2999999/3000000',
      3_000_000,
    ])
    const none = await raw('/ben/a.bin', 'Range: bytes=3000000-,-0')
    expect([none.status, none.headers['content-range']]).toEqual([416, 'bytes */3000000'])
    const etag = headers['etag'] ?? ''
    expect((await raw('/ben/a.bin', `Range: bytes=0-0,9000-9000\r\nIf-Range: ${etag}`)).status).toBe(206)
    expect((await raw('/ben/a.bin', 'Range: bytes=0-0,9000-9000\r\nIf-Range: "other"')).status).toBe(200)
    const head = await load('/ben/a.bin', { range: 'bytes=0-0,9000-9000' }, 'HEAD')
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '3000000'])
  })

  test('a file that is shortened between two of its parts ends the connection', async () => {
    writeFileSync(disk('/ben/a'), Buffer.alloc(50_000_000))
    const response = await load('/ben/a', { range: 'bytes=0-20000000,40000000-49999999' })
    expect(response.status).toBe(206)
    truncateSync(disk('/ben/a'), 30_000_000)
    await expect(bytesOf(response)).rejects.toThrow()
  })

  test('conditions: not sent again, not resumed from another content', async () => {
    writeFileSync(disk('/ben/a.txt'), 'first')
    const first = await load('/ben/a.txt')
    const etag = first.headers.get('etag') ?? ''
    const modified = first.headers.get('last-modified') ?? ''
    await first.text()
    expect(etag).toMatch(/^"[^"]+"$/)
    expect((await load('/ben/a.txt', { 'if-none-match': `"x", ${etag}` })).status).toBe(304)
    expect((await load('/ben/a.txt', { 'if-none-match': 'W/"x"' })).status).toBe(200)
    expect((await load('/ben/a.txt', { 'if-modified-since': modified })).status).toBe(304)
    expect((await load('/ben/a.txt', { 'if-match': '"x"' })).status).toBe(412)
    expect((await load('/ben/a.txt', { range: 'bytes=1-2', 'if-range': etag })).status).toBe(206)
    expect((await load('/ben/a.txt', { range: 'bytes=1-2', 'if-range': modified })).status).toBe(206)
    await sleep(20)
    appendFileSync(disk('/ben/a.txt'), '!')
    const changed = await load('/ben/a.txt', { range: 'bytes=1-2', 'if-range': etag })
    expect([changed.status, await changed.text()]).toEqual([200, 'first!'])
    expect(changed.headers.get('etag')).not.toBe(etag)
    expect((await load('/ben/a.txt', { 'if-none-match': etag })).status).toBe(200)
  })

  test('the digest of what was uploaded, until the content is another', async () => {
    const content = randomBytes(1_000)
    await fetch(`${server.origin}/uploads`, {
      method: 'POST',
      headers: {
        'tus-resumable': '1.0.0',
        'x-user': 'ben',
        'upload-length': '1000',
        'content-type': 'application/offset+octet-stream',
        'upload-metadata': `path ${Buffer.from('/ben/d').toString('base64')}`,
      },
      body: new Uint8Array(content),
    })
    expect((await load('/ben/d')).headers.get('repr-digest')).toBe(`sha-256=:${createHash('sha256').update(content).digest('base64')}:`)
    appendFileSync(disk('/ben/d'), 'x')
    expect((await load('/ben/d')).headers.get('repr-digest')).toBeNull()
  })

  test.each([
    ['a.html', 'text/html', 'attachment', true],
    ['a.svg', 'image/svg+xml', 'attachment', true],
    ['a.xml', 'application/xml', 'attachment', true],
    ['a.xhtml', 'application/xhtml+xml', 'attachment', true],
    ['a.js', 'text/javascript', 'attachment', true],
    ['a.css', 'text/css', 'attachment', true],
    ['a.bin', 'application/octet-stream', 'attachment', true],
    ['a', 'application/octet-stream', 'attachment', true],
    ['a.txt', 'text/plain; charset=utf-8', 'inline', true],
    ['a.md', 'text/plain; charset=utf-8', 'inline', true],
    ['a.ts', 'text/plain; charset=utf-8', 'inline', true],
    ['a.mts', 'text/plain; charset=utf-8', 'inline', true],
    ['a.m2ts', 'video/mp2t', 'inline', false],
    ['a.json', 'text/plain; charset=utf-8', 'inline', true],
    ['a.png', 'image/png', 'inline', false],
    ['a.pdf', 'application/pdf', 'inline', false],
    ['a.mp4', 'video/mp4', 'inline', false],
    ['a.mp3', 'audio/mpeg', 'inline', false],
  ])('%s is %s, %s', async (name, type, disposition, sandboxed) => {
    writeFileSync(disk(`/ben/${name}`), 'x')
    const response = await load(`/ben/${name}`)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('content-disposition')).toMatch(new RegExp(`^${disposition}; `))
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('content-security-policy')).toBe(
      sandboxed ? "sandbox; default-src 'none'; frame-ancestors 'self'" : "frame-ancestors 'self'",
    )
    expect((await load(`/ben/${name}?download`)).headers.get('content-disposition')).toMatch(/^attachment; /)
  })

  test('what the graph says a file is never contradicts what it is served as', async () => {
    const names = Object.values(mimeTypes)
      .flat()
      .map((ending) => `a.${ending}`)
    expect(names.length).toBeGreaterThan(500)
    for (const name of names) {
      const served = presentation(name, false)['content-type']
      const said = mimeTypeOf(name) ?? 'application/octet-stream'
      // Text is shown as plain text whatever its kind; everything else is what it is said to be.
      if (served !== 'text/plain; charset=utf-8') expect(served, name).toBe(said)
      else expect(said, name).toMatch(/^(text\/|application\/(json|x-sh|toml|yaml|x-yaml|sql|x-tex|x-subrip)$|.*\+json$)/)
    }
  })

  test('who signs out gets no more of a file', async () => {
    writeFileSync(disk('/ben/big'), '')
    truncateSync(disk('/ben/big'), 300_000_000)
    const response = await load('/ben/big')
    storage.bus.publish(sessionEnded, 's', { sessionId: 's' })
    await expect(bytesOf(response)).rejects.toThrow()
  })

  test('names of every kind come through', async () => {
    for (const name of ['ü ñ 文件.txt', 'a"b\\c.txt', '100%.txt', "it's (1)*.txt", '👩‍👩‍👧.txt', 'a;b?c#d.txt']) {
      writeFileSync(disk(`/ben/${name}`), name)
      const response = await load(`/ben/${encodeURIComponent(name)}?download`)
      expect(await response.text()).toBe(name)
      const encoded = /filename\*=UTF-8''(\S+)$/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? ''
      expect(decodeURIComponent(encoded)).toBe(name)
    }
  })

  test('refuses with a code what it does not give', async () => {
    mkdirSync(disk('/ben/dir'))
    writeFileSync(disk('/vera/secret'), 'secret')
    symlinkSync(disk('/vera/secret'), disk('/ben/link'))
    for (const [path, status, code] of [
      ['/ben/none', 404, 'FILE_NOT_FOUND'],
      ['/vera/secret', 404, 'FILE_NOT_FOUND'],
      ['/ben/dir', 409, 'NOT_A_FILE'],
      ['/', 409, 'NOT_A_FILE'],
      ['/ben/link', 403, 'PATH_OUTSIDE_STORAGE'],
      ['/ben/%2e%2e/vera/secret', 403, 'PATH_OUTSIDE_STORAGE'],
      ['/ben/..%2fvera%2fsecret', 422, 'INVALID_INPUT'],
      ['/ben/%00', 422, 'INVALID_INPUT'],
      ['/.baluhost/spool/x', 422, 'INVALID_INPUT'],
    ] as const) {
      const raw = await new Promise<{ status: number; body: string }>((resolve, reject) => {
        get(`${server.origin}/files${path}`, { headers: { 'x-user': 'ben' }, path: `/files${path}` }, (response) => {
          let body = ''
          response.on('data', (chunk) => (body += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, body }))
        }).on('error', reject)
      })
      expect([path, raw.status, JSON.parse(raw.body).code]).toEqual([path, status, code])
    }
    expect((await load('/ben/none', { 'x-user': '' })).status).toBe(401)
  })

  test('clients that hang up or read slowly cost no descriptor and harm nobody', { timeout: 20_000 }, async () => {
    writeFileSync(disk('/ben/big'), '')
    truncateSync(disk('/ben/big'), 300_000_000)
    const { hostname, port } = new URL(server.origin)
    await (await load('/ben/big', { range: 'bytes=0-1' })).text()
    const open = () => readdirSync('/proc/self/fd').length
    const before = open()
    const clients = Array.from({ length: 20 }, () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write('GET /files/ben/big HTTP/1.1\r\nHost: x\r\nX-User: ben\r\n\r\n')
      return socket
    })
    await sleep(300)
    expect(open()).toBeGreaterThanOrEqual(before + 20)
    const memory = process.memoryUsage.rss()
    await sleep(300)
    // They read nothing: nothing piles up for them.
    expect(process.memoryUsage.rss() - memory).toBeLessThan(60_000_000)
    for (const [index, socket] of clients.entries()) index % 2 ? socket.destroy() : socket.resetAndDestroy()
    await sleep(500)
    expect(open()).toBeLessThanOrEqual(before + 1)
    expect((await bytesOf(await load('/ben/big', { range: 'bytes=299999990-' }))).length).toBe(10)
  })

  test('a file that is shortened while it is sent ends the connection rather than lie', async () => {
    writeFileSync(disk('/ben/a'), Buffer.alloc(50_000_000))
    const response = await load('/ben/a')
    truncateSync(disk('/ben/a'), 10)
    await expect(bytesOf(response)).rejects.toThrow()
  })
})

test.each([
  ['bytes=0-', 0, 'unsatisfiable'],
  ['bytes=-0', 5, 'unsatisfiable'],
  ['bytes=9-,-0', 5, 'unsatisfiable'],
  ['bytes=-9', 5, [[0, 4]]],
  ['bytes=4-4', 5, [[4, 4]]],
  ['BYTES=1-2', 5, [[1, 2]]],
  [
    'bytes= 1-2 , , 900-901',
    1_000,
    [
      [1, 2],
      [900, 901],
    ],
  ],
  ['bytes=9000-,1-2', 5_000, [[1, 2]]],
  ['bytes=1-99999999999999999999', 5, null],
  [
    'bytes=900-999,0-9',
    1_000,
    [
      [900, 999],
      [0, 9],
    ],
  ],
  [
    'bytes=0-9,500-599,5-19,550-700',
    1_000,
    [
      [0, 19],
      [500, 700],
    ],
  ],
  ['bytes=0-9,900-910,400-410,11-890', 1_000, [[0, 910]]],
  ['bytes=0-,0-,0-,0-', 1_000, [[0, 999]]],
  [
    `bytes=${Array.from({ length: 16 }, (_, index) => `${index * 1000}-${index * 1000}`)}`,
    99_999,
    Array.from({ length: 16 }, (_, index) => [index * 1000, index * 1000]),
  ],
  [`bytes=${Array.from({ length: 17 }, (_, index) => `${index * 1000}-${index * 1000}`)}`, 99_999, null],
] as const)('range %s of %i bytes', (header, size, expected) => {
  const ranges = parseRanges(header, size)
  expect(Array.isArray(ranges) ? ranges.map(({ start, end }) => [start, end]) : ranges).toEqual(expected)
})

test('who is signed out between the question and the first byte of something long gets none of it', async () => {
  writeFileSync(disk('/ben/long'), Buffer.alloc(2 * 1024 * 1024))
  writeFileSync(disk('/ben/short'), 'x')
  let asked = 0
  const app = fastify({ forceCloseConnections: true })
  installErrorHandler(app)
  await registerDownloads(app, {
    files: storage.files,
    versions: testVersions(storage),
    archives: new Archives({ tree: storage.tree }),
    links: createTestLinks(storage),
    actorOf: async () => {
      asked += 1
      return asked === 1 ? testActor('ben') : { kind: 'anonymous', address: '', client: null, requestId: '' }
    },
  })
  const statusOf = async (path: string) => {
    asked = 0
    return (await app.inject({ url: `/files${path}` })).statusCode
  }
  expect(await statusOf('/ben/long')).toBe(401)
  expect(await statusOf('/ben/short')).toBe(200)
  await app.close()
})
