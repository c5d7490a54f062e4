import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { DetailedError, Upload as TusUpload } from 'tus-js-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { diskIo, type SpoolIo } from '../files/spool-writer.ts'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, testActor, type TestStorage } from '../files/test-storage.ts'
import type { UploadProgress } from '../files/upload-model.ts'
import type { Database } from '../platform/db.ts'

let database: Database
let drop: () => Promise<void>
let storage: TestStorage
let server: TestServer
let io: SpoolIo
const ben = testActor('ben')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(async () => {
  storage = await createTestStorage(database)
  for (const username of ['ben', 'vera']) await storage.files.ensureHome({ id: `id-${username}`, username })
  io = { ...diskIo }
  server = await startTestServer(storage, { io: { write: (...given) => io.write(...given), sync: (...given) => io.sync(...given) } })
})
afterEach(async () => {
  await server.close()
  await storage.close()
})

const disk = (path: string) => `${storage.folder}${path}`
const spooled = () => readdirSync(disk('/.baluhost/spool'))
const metadata = (pairs: Record<string, string>) =>
  Object.entries(pairs)
    .map(([name, value]) => `${name} ${Buffer.from(value).toString('base64')}`)
    .join(',')

async function tus(method: string, url: string, headers: Record<string, string> = {}, body?: Buffer): Promise<Response> {
  return fetch(new URL(url, server.origin), {
    method,
    headers: { 'tus-resumable': '1.0.0', 'x-user': 'ben', ...(method === 'PATCH' ? { 'content-type': 'application/offset+octet-stream' } : {}), ...headers },
    ...(body ? { body: new Uint8Array(body) } : {}),
  })
}

async function create(path: string, length: number, more: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Response> {
  return tus('POST', '/uploads', { 'upload-length': String(length), 'upload-metadata': metadata({ path, ...more }), ...headers })
}

const locationOf = (response: Response) => response.headers.get('location') ?? ''
const patch = (url: string, offset: number, body: Buffer, headers: Record<string, string> = {}) => tus('PATCH', url, { 'upload-offset': String(offset), ...headers }, body)
const offsetOf = async (url: string) => (await tus('HEAD', url)).headers.get('upload-offset')

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toContain('application/problem+json')
  expect(await response.json()).toMatchObject({ code, message: expect.any(String), requestId: expect.any(String) })
}

describe('uploads', () => {
  test('announces what it can', async () => {
    const response = await tus('OPTIONS', '/uploads')
    expect(response.status).toBe(204)
    expect(response.headers.get('tus-version')).toBe('1.0.0')
    expect(response.headers.get('tus-extension')?.split(',').sort()).toEqual(['checksum', 'creation', 'creation-with-upload', 'expiration', 'termination'])
    expect(response.headers.get('tus-checksum-algorithm')).toBe('sha256,sha1')
    expect(response.headers.get('access-control-allow-origin')).toBeNull()
  })

  test('a file in parts: visible only when whole, with its hash, time and owner', async () => {
    const bytes = randomBytes(3_000_000)
    const created = await create('/ben/a b.bin', bytes.length, { sha256: sha256(bytes), mtime: '1600000000000' })
    expect(created.status).toBe(201)
    const url = locationOf(created)
    expect(url).toMatch(/^\/uploads\/[0-9a-z]{26}$/)
    expect(created.headers.get('upload-expires')).toBeTruthy()
    const first = await patch(url, 0, bytes.subarray(0, 1_000_000))
    expect(first.status).toBe(204)
    expect(first.headers.get('upload-offset')).toBe('1000000')
    expect(existsSync(disk('/ben/a b.bin'))).toBe(false)
    expect(await offsetOf(url)).toBe('1000000')
    expect((await patch(url, 1_000_000, bytes.subarray(1_000_000))).status).toBe(204)
    expect(readFileSync(disk('/ben/a b.bin')).equals(bytes)).toBe(true)
    expect(statSync(disk('/ben/a b.bin')).mtimeMs).toBe(1_600_000_000_000)
    expect(spooled()).toEqual([])
    expect(await storage.files.find(ben, '/ben/a b.bin')).toMatchObject({ size: 3_000_000, sha256: sha256(bytes), ownerId: 'id-ben' })
    expect(await offsetOf(url)).toBe('3000000')
  })

  test('tus-js-client uploads and resumes unmodified', async () => {
    const bytes = randomBytes(5_000_000)
    let url: string | null = null
    await new Promise<void>((resolve, reject) => {
      const upload = new TusUpload(bytes, {
        endpoint: `${server.origin}/uploads`,
        headers: { 'x-user': 'ben' },
        metadata: { path: '/ben/tus.bin' },
        chunkSize: 1_000_000,
        onChunkComplete: (_size, accepted) => {
          if (accepted < 2_000_000) return
          url = upload.url
          void upload.abort().then(resolve, reject)
        },
        onError: reject,
      })
      upload.start()
    })
    await new Promise<void>((resolve, reject) => {
      new TusUpload(bytes, { endpoint: `${server.origin}/uploads`, uploadUrl: url, headers: { 'x-user': 'ben' }, metadata: {}, onSuccess: () => resolve(), onError: reject }).start()
    })
    expect(readFileSync(disk('/ben/tus.bin')).equals(bytes)).toBe(true)
    const failed = await new Promise<unknown>((resolve) => {
      new TusUpload(bytes, { endpoint: `${server.origin}/uploads`, headers: { 'x-user': 'ben' }, metadata: { path: '/ben/tus.bin' }, retryDelays: null, onError: resolve, onSuccess: () => resolve(null) }).start()
    })
    expect((failed as DetailedError).originalResponse?.getStatus()).toBe(409)
    expect(JSON.parse((failed as DetailedError).originalResponse?.getBody() ?? '')).toMatchObject({ code: 'NAME_TAKEN' })
  })

  test('in one request, also when empty', async () => {
    const bytes = randomBytes(100)
    const whole = await tus('POST', '/uploads', { 'upload-length': '100', 'upload-metadata': metadata({ path: '/ben/one' }), 'content-type': 'application/offset+octet-stream' }, bytes)
    expect(whole.status).toBe(201)
    expect(whole.headers.get('upload-offset')).toBe('100')
    expect(readFileSync(disk('/ben/one')).equals(bytes)).toBe(true)
    expect((await create('/ben/empty', 0)).status).toBe(201)
    expect(statSync(disk('/ben/empty')).size).toBe(0)
    expect(await storage.files.find(ben, '/ben/empty')).toMatchObject({ size: 0, sha256: sha256(Buffer.alloc(0)) })
    expect(spooled()).toEqual([])
  })

  test('refuses before a byte is sent what cannot end well', async () => {
    mkdirSync(disk('/ben/dir'))
    writeFileSync(disk('/ben/taken'), 'old')
    symlinkSync('/tmp', disk('/ben/out'))
    await expectProblem(await create('/ben/taken', 1), 409, 'NAME_TAKEN')
    await expectProblem(await create('/ben/dir', 1, { replace: 'true' }), 409, 'NAME_TAKEN')
    await expectProblem(await create('/ben/none/x', 1), 404, 'FILE_NOT_FOUND')
    await expectProblem(await create('/ben/taken/x', 1), 409, 'NOT_A_FOLDER')
    await expectProblem(await create('/ben/out/x', 1), 403, 'PATH_OUTSIDE_STORAGE')
    await expectProblem(await create('/ben/../vera/x', 1), 403, 'PATH_OUTSIDE_STORAGE')
    await expectProblem(await create('/vera/x', 1), 404, 'FILE_NOT_FOUND')
    await expectProblem(await create('/x', 1), 403, 'FORBIDDEN')
    await expectProblem(await create('/vera/x', 1, {}, { 'x-user': 'vera/VIEWER' }), 403, 'FORBIDDEN')
    await expectProblem(await create('/ben/x', 1, {}, { 'x-user': '' }), 401, 'UNAUTHENTICATED')
    await expectProblem(await create('/ben/x', 9_000_000_000_000_000), 507, 'STORAGE_FULL')
    await expectProblem(await create('/ben/x', 1, { sha256: 'abc' }), 422, 'INVALID_INPUT')
    await expectProblem(await create('/ben/x', 1, { mtime: 'yesterday' }), 422, 'INVALID_INPUT')
    await expectProblem(await tus('POST', '/uploads', { 'upload-length': '1' }), 422, 'INVALID_INPUT')
    await expectProblem(await tus('POST', '/uploads', { 'upload-metadata': metadata({ path: '/ben/x' }) }), 400, 'BAD_REQUEST')
    await expectProblem(await tus('POST', '/uploads', { 'upload-length': '1', 'upload-metadata': 'path !!' }), 400, 'BAD_REQUEST')
    await expectProblem(await create('/ben/x', 1, {}, { 'tus-resumable': '0.2.0' }), 400, 'BAD_REQUEST')
    await expectProblem(await create('/ben/x', 1, {}, { 'tus-resumable': '' }), 412, 'TUS_VERSION_UNSUPPORTED')
    expect(spooled()).toEqual([])
    expect(await database.upload.count()).toBe(0)
  })

  test('replaces when told, and serves the old until the new is whole', async () => {
    writeFileSync(disk('/ben/a'), 'old')
    const before = await storage.files.find(ben, '/ben/a')
    const url = locationOf(await create('/ben/a', 6, { replace: 'true' }))
    await patch(url, 0, Buffer.from('new'))
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('old')
    await patch(url, 3, Buffer.from('new'))
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('newnew')
    expect((await storage.files.find(ben, '/ben/a'))?.id).toBe(before?.id)
  })

  test('a name that was taken meanwhile is not taken from whoever has it', async () => {
    const url = locationOf(await create('/ben/a', 3))
    writeFileSync(disk('/ben/a'), 'mine')
    await expectProblem(await patch(url, 0, Buffer.from('new')), 409, 'NAME_TAKEN')
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('mine')
    expect(spooled()).toEqual([])
  })

  test('a wrong offset changes nothing', async () => {
    const url = locationOf(await create('/ben/a', 10))
    await patch(url, 0, Buffer.from('01234'))
    await expectProblem(await patch(url, 0, Buffer.from('x')), 409, 'OFFSET_MISMATCH')
    await expectProblem(await patch(url, 6, Buffer.from('x')), 409, 'OFFSET_MISMATCH')
    expect(await offsetOf(url)).toBe('5')
    await patch(url, 5, Buffer.from('56789'))
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('0123456789')
  })

  test('more than was declared is refused, and nothing past the length is kept', async () => {
    const url = locationOf(await create('/ben/a', 10))
    await expectProblem(await patch(url, 0, Buffer.alloc(11)), 413, 'UPLOAD_TOO_LONG')
    const chunked = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const sending = httpRequest(new URL(url, server.origin), { method: 'PATCH', headers: { 'tus-resumable': '1.0.0', 'x-user': 'ben', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', 'transfer-encoding': 'chunked' } }, (response) => {
        let body = ''
        response.on('data', (chunk) => (body += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      })
      sending.on('error', reject)
      sending.write(Buffer.alloc(10))
      setTimeout(() => sending.end(Buffer.alloc(300_000)), 50)
    })
    expect(chunked.status).toBe(413)
    expect(JSON.parse(chunked.body)).toMatchObject({ code: 'UPLOAD_TOO_LONG' })
    expect(existsSync(disk('/ben/a'))).toBe(false)
    expect(await offsetOf(url)).toBe('0')
    expect(statSync(disk(`/.baluhost/spool/${spooled()[0]}`)).size).toBe(0)
    await patch(url, 0, Buffer.from('0123456789'))
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('0123456789')
  })

  test('a part with a wrong checksum is dropped whole; a right one goes on', async () => {
    const checksum = (algorithm: string, bytes: Buffer) => ({ 'upload-checksum': `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}` })
    const parts = [randomBytes(700_000), randomBytes(2_000_000), randomBytes(10)]
    const url = locationOf(await create('/ben/a', 2_700_010, { sha256: sha256(Buffer.concat(parts)) }))
    const [a, b, c] = parts as [Buffer, Buffer, Buffer]
    expect((await patch(url, 0, a, checksum('sha1', a))).status).toBe(204)
    const flipped = Buffer.from(b)
    flipped[1_234_567] = (flipped[1_234_567] ?? 0) ^ 1
    await expectProblem(await patch(url, 700_000, flipped, checksum('sha256', b)), 460, 'CHECKSUM_MISMATCH')
    expect(await offsetOf(url)).toBe('700000')
    await expectProblem(await patch(url, 700_000, b, { 'upload-checksum': 'crc32 AAAA' }), 400, 'INVALID_INPUT')
    expect((await patch(url, 700_000, b, checksum('sha256', b))).status).toBe(204)
    await expectProblem(await patch(url, 2_700_000, Buffer.alloc(10), checksum('sha256', c)), 460, 'CHECKSUM_MISMATCH')
    expect(existsSync(disk('/ben/a'))).toBe(false)
    expect((await patch(url, 2_700_000, c, checksum('sha256', c))).status).toBe(204)
    expect(readFileSync(disk('/ben/a')).equals(Buffer.concat(parts))).toBe(true)
  })

  test('a whole file that is not what was announced never appears and gives its space back', async () => {
    const url = locationOf(await create('/ben/a', 3, { sha256: sha256(Buffer.from('abc')) }))
    await expectProblem(await patch(url, 0, Buffer.from('abd')), 460, 'CHECKSUM_MISMATCH')
    expect(existsSync(disk('/ben/a'))).toBe(false)
    expect(spooled()).toEqual([])
    await expectProblem(await patch(url, 0, Buffer.from('abc')), 404, 'UPLOAD_NOT_FOUND')
  })

  test('of two at the same offset exactly one wins', async () => {
    for (let round = 0; round < 8; round++) {
      const url = locationOf(await create(`/ben/race${round}`, 400_000))
      const bodies = [Buffer.alloc(200_000, 'a'), Buffer.alloc(200_000, 'b')] as const
      const statuses = (await Promise.all(bodies.map((body) => patch(url, 0, body)))).map(({ status }) => status)
      expect(statuses.filter((status) => status === 204)).toHaveLength(1)
      expect(statuses.filter((status) => status === 409 || status === 423)).toHaveLength(1)
      await patch(url, 200_000, Buffer.alloc(200_000, 'c'))
      const content = readFileSync(disk(`/ben/race${round}`), 'latin1')
      expect([`${'a'.repeat(200_000)}${'c'.repeat(200_000)}`, `${'b'.repeat(200_000)}${'c'.repeat(200_000)}`]).toContain(content)
    }
  })

  test('a client that lost its connection asks for the offset and goes on, though the old request still hangs', async () => {
    const url = locationOf(await create('/ben/a', 300_000))
    const { hostname, port } = new URL(server.origin)
    const dead = connect(Number(port), hostname)
    dead.write(`PATCH ${url} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nX-User: ben\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 300000\r\n\r\n`)
    dead.write(Buffer.alloc(100_000, 'x'))
    await sleep(100)
    expect((await patch(url, 0, Buffer.from('x'))).status).toBe(423)
    const offset = Number(await offsetOf(url))
    expect(offset).toBe(100_000)
    expect((await patch(url, offset, Buffer.alloc(200_000, 'y'))).status).toBe(204)
    expect(readFileSync(disk('/ben/a'), 'latin1')).toBe('x'.repeat(100_000) + 'y'.repeat(200_000))
    dead.destroy()
  })

  test('a connection that breaks keeps what arrived', async () => {
    const url = locationOf(await create('/ben/a', 300_000))
    const { hostname, port } = new URL(server.origin)
    const broken = connect(Number(port), hostname)
    broken.write(`PATCH ${url} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nX-User: ben\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 300000\r\n\r\n`)
    broken.write(Buffer.alloc(100_000, 'x'))
    await sleep(100)
    broken.destroy()
    await sleep(100)
    expect(await offsetOf(url)).toBe('100000')
  })

  test('an upload belongs to whoever began it', async () => {
    const url = locationOf(await create('/ben/a', 10))
    for (const user of ['vera', 'anna/ADMIN']) {
      for (const method of ['HEAD', 'DELETE', 'PATCH']) {
        const response = await tus(method, url, { 'x-user': user, 'upload-offset': '0' }, method === 'PATCH' ? Buffer.from('x') : undefined)
        expect(response.status).toBe(404)
      }
    }
    expect(await offsetOf(url)).toBe('0')
  })

  test('cancelling gives everything back', async () => {
    const url = locationOf(await create('/ben/a', 10))
    await patch(url, 0, Buffer.from('01234'))
    expect((await server.uploads.list(ben)).map(({ path, offset }) => [path, offset])).toEqual([['/ben/a', 5]])
    expect((await tus('DELETE', url)).status).toBe(204)
    expect(spooled()).toEqual([])
    expect(await server.uploads.list(ben)).toEqual([])
    await expectProblem(await tus('DELETE', url), 404, 'UPLOAD_NOT_FOUND')
  })

  test('a disk that is full in the middle: 507, nothing left behind', async () => {
    let room = 2_000_000
    io.write = async (handle, buffers, position) => {
      if (room <= 0) throw Object.assign(new Error('ENOSPC: no space left on device, writev'), { code: 'ENOSPC', syscall: 'writev' })
      const whole = Buffer.concat(buffers)
      const part = whole.subarray(0, room)
      room -= part.length
      return diskIo.write(handle, [part], position)
    }
    const url = locationOf(await create('/ben/a', 8_000_000))
    const frames = await server.uploads.watch(ben, url.split('/').at(-1) ?? '')
    await frames.next()
    await expectProblem(await patch(url, 0, Buffer.alloc(8_000_000)), 507, 'STORAGE_FULL')
    expect(spooled()).toEqual([])
    expect(existsSync(disk('/ben/a'))).toBe(false)
    expect((await frames.next()).value).toMatchObject({ state: 'FAILED', problem: expect.stringContaining('space') })
    await frames.return()
    await expectProblem(await patch(url, 0, Buffer.alloc(1)), 404, 'UPLOAD_NOT_FOUND')
  })

  test('a write that puts down only a part of what it was given goes on with the rest', async () => {
    io.write = (handle, buffers, position) => diskIo.write(handle, [Buffer.concat(buffers).subarray(0, 33_333)], position)
    const bytes = randomBytes(3_000_000)
    await patch(locationOf(await create('/ben/a', bytes.length)), 0, bytes)
    expect(readFileSync(disk('/ben/a')).equals(bytes)).toBe(true)
  })

  test('nothing is acknowledged before it is synced', async () => {
    const synced: number[] = []
    let written = 0
    io.write = async (handle, buffers, position) => {
      const count = await diskIo.write(handle, buffers, position)
      written = position + count
      return count
    }
    io.sync = async (handle) => {
      synced.push(written)
      await diskIo.sync(handle)
    }
    const url = locationOf(await create('/ben/a', 50_000_000))
    await patch(url, 0, Buffer.alloc(40_000_000))
    expect(synced.at(-1)).toBe(40_000_000)
    // Not only at the end: at least every so many megabytes while they arrive.
    expect(synced.length).toBeGreaterThan(2)
  })

  test('progress is the durable offset, paced, and the last frame always comes', { timeout: 20_000 }, async () => {
    const all = await server.uploads.watchOwn(ben)
    const seen: UploadProgress[] = []
    const reading = (async () => {
      for await (const frame of all) {
        seen.push(frame)
        if (frame.state === 'DONE' && frame.path === '/ben/b') break
      }
    })()
    const url = locationOf(await create('/ben/a', 40_000_000))
    const started = performance.now()
    const slow = httpRequest(new URL(url, server.origin), { method: 'PATCH', headers: { 'tus-resumable': '1.0.0', 'x-user': 'ben', 'upload-offset': '0', 'content-type': 'application/offset+octet-stream', 'content-length': '40000000' } })
    const answered = new Promise((resolve) => slow.on('response', (response) => response.resume().on('end', resolve)))
    for (let sent = 0; sent < 40; sent++) {
      slow.write(Buffer.alloc(1_000_000))
      await sleep(40)
    }
    slow.end()
    await answered
    const seconds = (performance.now() - started) / 1_000
    await patch(locationOf(await create('/ben/b', 3)), 0, Buffer.from('abc'))
    await reading
    const frames = seen.filter(({ path }) => path === '/ben/a')
    const receiving = frames.filter(({ state }) => state === 'RECEIVING')
    expect(receiving.length).toBeGreaterThan(2)
    expect(receiving.length).toBeLessThanOrEqual(Math.ceil(seconds * 4) + 2)
    expect(receiving.map(({ offset }) => offset)).toEqual(receiving.map(({ offset }) => offset).sort((a, b) => a - b))
    expect(receiving.at(-1)?.bytesPerSecond).toBeGreaterThan(1_000_000)
    expect(receiving.at(-1)?.etaSeconds).toBeGreaterThan(0)
    expect(frames.at(-1)).toMatchObject({ state: 'DONE', offset: 40_000_000, file: { path: '/ben/a', size: 40_000_000 } })
    const after = await server.uploads.watch(ben, url.split('/').at(-1) ?? '')
    expect((await after.next()).value).toMatchObject({ state: 'DONE', file: { path: '/ben/a' } })
    await after.return()
    await expect(server.uploads.watch(testActor('vera'), url.split('/').at(-1) ?? '')).rejects.toMatchObject({ code: 'UPLOAD_NOT_FOUND' })
  })

  test('a finished upload appears in an open folder', async () => {
    const folder = await storage.files.watchFolder(ben, '/ben')
    await folder.next()
    await patch(locationOf(await create('/ben/a', 3)), 0, Buffer.from('abc'))
    const { changed } = (await folder.next()).value
    expect([...changed.values()]).toMatchObject([{ path: '/ben/a', size: 3 }])
    await folder.return()
  })

  test('uploads that rest too long go, with their bytes; a request moves the end on', async () => {
    await server.close()
    server = await startTestServer(storage, { expiryMilliseconds: 400 })
    const resting = locationOf(await create('/ben/a', 10))
    const going = locationOf(await create('/ben/b', 10))
    await sleep(250)
    await patch(going, 0, Buffer.from('01234'))
    await sleep(250)
    expect(await server.uploads.expire()).toBe(1)
    expect((await tus('HEAD', resting)).status).toBe(404)
    expect(await offsetOf(going)).toBe('5')
    expect(spooled()).toHaveLength(1)
  })

  test('bytes without a row and rows without bytes are cleared at start; a file that had its name already is recorded', async () => {
    const lost = locationOf(await create('/ben/lost', 10)).split('/').at(-1) ?? ''
    const kept = locationOf(await create('/ben/kept', 10))
    await patch(kept, 0, Buffer.from('01234'))
    const linked = locationOf(await create('/ben/linked', 3)).split('/').at(-1) ?? ''
    const { linkSync, rmSync } = await import('node:fs')
    rmSync(disk(`/.baluhost/spool/${lost}`))
    writeFileSync(disk('/.baluhost/spool/orphan'), 'x')
    writeFileSync(disk(`/.baluhost/spool/${linked}`), 'abc')
    linkSync(disk(`/.baluhost/spool/${linked}`), disk('/ben/linked'))
    // As after a kill: more in the spool than the row vouches for.
    writeFileSync(disk(`/.baluhost/spool/${kept.split('/').at(-1)}`), '01234-torn-')
    await server.close()
    server = await startTestServer(storage)
    expect(spooled()).toEqual([kept.split('/').at(-1)])
    expect(readFileSync(disk('/ben/linked'), 'utf8')).toBe('abc')
    expect(await database.upload.findUnique({ where: { id: linked } })).toMatchObject({ state: 'DONE' })
    await patch(kept, 5, Buffer.from('56789'))
    expect(readFileSync(disk('/ben/kept'), 'utf8')).toBe('0123456789')
    expect(await storage.files.find(ben, '/ben/kept')).toMatchObject({ sha256: sha256(Buffer.from('0123456789')) })
  })
})
