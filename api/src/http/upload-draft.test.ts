import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'

let database: Database
let drop: () => Promise<void>
let storage: TestStorage
let server: TestServer
const ben = testActor('ben')

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(async () => {
  storage = await createTestStorage(database)
  await storage.files.ensureHome({ id: ben.userId, username: ben.username })
  server = await startTestServer(storage)
})
afterEach(async () => {
  await server.close()
  await storage.close()
})

const disk = (path: string) => `${storage.folder}${path}`
const spooled = () => readdirSync(disk('/.baluhost/spool'))
const digest = (bytes: Buffer) => `sha-256=:${createHash('sha256').update(bytes).digest('base64')}:`
const partial = { 'content-type': 'application/partial-upload' }

const send = (method: string, url: string, headers: Record<string, string> = {}, body?: Buffer): Promise<Response> =>
  fetch(new URL(url, server.origin), { method, headers: { 'x-user': 'ben', ...headers }, ...(body ? { body: new Uint8Array(body) } : {}) })
const create = (path: string, complete: boolean, body: Buffer, headers: Record<string, string> = {}) =>
  send('POST', `/uploads?path=${encodeURIComponent(path)}`, { 'upload-complete': complete ? '?1' : '?0', ...headers }, body)
const append = (url: string, offset: number, complete: boolean, body: Buffer, headers: Record<string, string> = {}) =>
  send('PATCH', url, { 'upload-offset': String(offset), 'upload-complete': complete ? '?1' : '?0', ...partial, ...headers }, body)
const locationOf = (response: Response) => response.headers.get('location') ?? ''
const stateOf = async (url: string) => {
  const { headers, status } = await send('HEAD', url)
  return { status, offset: headers.get('upload-offset'), complete: headers.get('upload-complete'), length: headers.get('upload-length') }
}

/** One request as bytes, and everything that comes back until the server closes. */
function raw(head: string, body: Buffer): Promise<string> {
  const { hostname, port } = new URL(server.origin)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let text = ''
    socket
      .on('data', (chunk) => (text += chunk))
      .on('end', () => resolve(text))
      .on('error', reject)
    socket.write(`${head}\r\nHost: x\r\nX-User: ben\r\nConnection: close\r\nContent-Length: ${body.length}\r\n\r\n`)
    socket.write(body)
  })
}

describe('resumable uploads as the IETF drafts them', () => {
  test('are announced', async () => {
    const response = await send('OPTIONS', '/uploads')
    expect(response.headers.get('accept-patch')).toContain('application/partial-upload')
    expect(response.headers.get('upload-limit')).toBe('max-age=86400')
  })

  test('in one request: made, and said where', async () => {
    for (const length of [0, 10, 3_000_000]) {
      const bytes = randomBytes(length)
      const response = await create(`/ben/${length}`, true, bytes, { 'repr-digest': digest(bytes) })
      expect(response.status).toBe(201)
      expect(locationOf(response)).toBe(`/files/ben/${length}`)
      expect(response.headers.get('upload-complete')).toBe('?1')
      expect(readFileSync(disk(`/ben/${length}`)).equals(bytes)).toBe(true)
    }
    expect(spooled()).toEqual([])
  })

  test('in parts; the length ends nothing, only Upload-Complete does', async () => {
    const created = await create('/ben/a', false, Buffer.from('abc'), { 'upload-length': '6' })
    expect(created.status).toBe(201)
    const url = locationOf(created)
    expect(url).toMatch(/^\/uploads\/[0-9a-z]{26}$/)
    expect(created.headers.get('upload-limit')).toMatch(/^max-age=\d+$/)
    const second = await append(url, 3, false, Buffer.from('def'))
    expect([second.status, second.headers.get('upload-complete')]).toEqual([204, '?0'])
    expect(await stateOf(url)).toEqual({ status: 204, offset: '6', complete: '?0', length: '6' })
    expect(existsSync(disk('/ben/a'))).toBe(false)
    const last = await append(url, 6, true, Buffer.alloc(0))
    expect([last.status, last.headers.get('upload-complete'), locationOf(last)]).toEqual([201, '?1', '/files/ben/a'])
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('abcdef')
    expect(await stateOf(url)).toEqual({ status: 204, offset: '6', complete: '?1', length: '6' })
    const more = await append(url, 6, true, Buffer.from('x'))
    expect([more.status, ((await more.json()) as { type: string }).type]).toEqual([400, expect.stringContaining('#completed-upload')])
  })

  test('of a length that only the end tells', async () => {
    const url = locationOf(await create('/ben/a', false, Buffer.from('abc')))
    expect(await stateOf(url)).toEqual({ status: 204, offset: '3', complete: '?0', length: null })
    expect((await append(url, 3, true, Buffer.from('de'))).status).toBe(201)
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('abcde')
  })

  test('at another offset: 409, which says the right one', async () => {
    const url = locationOf(await create('/ben/a', false, Buffer.from('abc')))
    const response = await append(url, 5, false, Buffer.from('x'))
    expect([response.status, response.headers.get('upload-offset')]).toEqual([409, '3'])
    expect(await response.json()).toMatchObject({
      type: expect.stringContaining('#mismatching-upload-offset'),
      'expected-offset': 3,
      'provided-offset': 5,
    })
    expect((await append(url, 3, true, Buffer.from('x'), { 'content-type': 'text/plain' })).status).toBe(415)
  })

  test('lengths that contradict each other are refused; what gets too long is over', async () => {
    const inconsistent = await create('/ben/a', true, Buffer.from('abc'), { 'upload-length': '4' })
    expect([inconsistent.status, ((await inconsistent.json()) as { type: string }).type]).toEqual([
      400,
      expect.stringContaining('#inconsistent-upload-length'),
    ])
    const url = locationOf(await create('/ben/a', false, Buffer.from('abc'), { 'upload-length': '5' }))
    expect((await append(url, 3, false, Buffer.from('d'), { 'upload-length': '6' })).status).toBe(400)
    expect((await append(url, 3, true, Buffer.from('d'))).status).toBe(400)
    const tooLong = await append(url, 3, false, Buffer.from('defg'))
    expect([tooLong.status, tooLong.headers.get('upload-limit')]).toEqual([413, 'max-age=86400'])
    expect((await stateOf(url)).status).toBe(404)
    expect(spooled()).toEqual([])
  })

  test('digests of a part and of the whole are held against what arrived', async () => {
    const url = locationOf(await create('/ben/a', false, Buffer.from('abc'), { 'repr-digest': digest(Buffer.from('abcdef')) }))
    expect((await append(url, 3, true, Buffer.from('dex'), { 'content-digest': digest(Buffer.from('def')) })).status).toBe(460)
    expect((await stateOf(url)).offset).toBe('3')
    const wrong = await append(url, 3, true, Buffer.from('dex'))
    expect([wrong.status, wrong.headers.get('upload-complete')]).toEqual([460, '?1'])
    expect(existsSync(disk('/ben/a'))).toBe(false)
  })

  test('may be cancelled, and are their owner’s alone', async () => {
    const url = locationOf(await create('/ben/a', false, Buffer.from('abc')))
    expect((await send('HEAD', url, { 'x-user': 'vera' })).status).toBe(404)
    expect((await send('DELETE', url, { 'x-user': 'vera' })).status).toBe(404)
    expect((await send('DELETE', url)).status).toBe(204)
    expect((await stateOf(url)).status).toBe(404)
    expect(spooled()).toEqual([])
  })

  test('name rules are the same', async () => {
    writeFileSync(disk('/ben/a'), 'old')
    expect((await create('/ben/a', true, Buffer.from('x'))).status).toBe(409)
    const both = await send('POST', '/uploads?path=/ben/a&ifExists=keepBoth', { 'upload-complete': '?1' }, Buffer.from('x'))
    expect(locationOf(both)).toBe('/files/ben/a%20(2)')
    expect((await send('POST', '/uploads', { 'upload-complete': '?1' }, Buffer.from('x'))).status).toBe(422)
    expect((await send('POST', '/uploads?path=/ben/b', { 'upload-complete': 'yes' }, Buffer.from('x'))).status).toBe(400)
  })

  test('interim responses say address and progress, to clients of the same draft only', async () => {
    const body = randomBytes(30_000_000)
    const head = 'POST /uploads?path=/ben/a HTTP/1.1\r\nUpload-Complete: ?1'
    const told = await raw(`${head}\r\nUpload-Draft-Interop-Version: 8`, body)
    expect(told).toMatch(
      /^HTTP\/1\.1 104 [^\r]+\r\nlocation: \/uploads\/\w{26}\r\nupload-limit: max-age=\d+\r\nupload-draft-interop-version: 8\r\n\r\n/i,
    )
    expect(told).toMatch(/HTTP\/1\.1 201 Created/)
    for (const version of ['', '\r\nUpload-Draft-Interop-Version: 3'])
      expect(await raw(`${head.replace('/ben/a', `/ben/b${version.length}`)}${version}`, body)).toMatch(/^HTTP\/1\.1 201/)
    expect(readFileSync(disk('/ben/a')).equals(body)).toBe(true)
  })

  test('an upload that broke off is resumed from the offset that was kept, by the address of the interim response', async () => {
    const { hostname, port } = new URL(server.origin)
    const socket = connect(Number(port), hostname)
    let text = ''
    socket.on('data', (chunk) => (text += chunk)).on('error', () => {})
    socket.write(
      'POST /uploads?path=/ben/a HTTP/1.1\r\nHost: x\r\nX-User: ben\r\nUpload-Draft-Interop-Version: 8\r\nUpload-Complete: ?1\r\nContent-Length: 300000\r\n\r\n',
    )
    socket.write(Buffer.alloc(100_000, 'x'))
    await expect.poll(() => text).toContain('104')
    // Half a second later progress is told; the connection still hangs when the client asks.
    await sleep(400)
    socket.write(Buffer.alloc(1_000, 'x'))
    await expect.poll(() => text).toMatch(/upload-offset: 10\d000/i)
    const url = /location: (\S+)/i.exec(text)?.[1] ?? ''
    const state = await stateOf(url)
    expect(state).toEqual({ status: 204, offset: '101000', complete: '?0', length: '300000' })
    expect((await append(url, 101_000, true, Buffer.alloc(199_000, 'y'))).status).toBe(201)
    expect(readFileSync(disk('/ben/a'), 'latin1')).toBe('x'.repeat(101_000) + 'y'.repeat(199_000))
    socket.destroy()
  })
})
