import { createHash, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { type DetailedError, Upload as TusUpload } from 'tus-js-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from '../files/test-storage.ts'
import { createTusClient, problemOf } from '../files/test-tus.ts'
import type { Database } from '../platform/db.ts'

let database: Database
let drop: () => Promise<void>
let storage: TestStorage
let server: TestServer
const ben = testActor('ben')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

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
const spooled = () => readdirSync(disk('/.baluhost/spool'))
const { metadata, tus, create, patch, offsetOf, locationOf } = createTusClient(() => server)

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(await problemOf(response)).toEqual({ status, type: 'application/problem+json; charset=utf-8', code, complete: true })
}

describe('uploads', () => {
  test('announces what it can', async () => {
    const response = await tus('OPTIONS', '/uploads')
    expect(response.status).toBe(204)
    expect(response.headers.get('tus-version')).toBe('1.0.0')
    expect(response.headers.get('tus-extension')?.split(',').sort()).toEqual([
      'checksum',
      'concatenation',
      'creation',
      'creation-defer-length',
      'creation-with-upload',
      'expiration',
      'termination',
    ])
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
      new TusUpload(bytes, {
        endpoint: `${server.origin}/uploads`,
        uploadUrl: url,
        headers: { 'x-user': 'ben' },
        metadata: {},
        onSuccess: () => resolve(),
        onError: reject,
      }).start()
    })
    expect(readFileSync(disk('/ben/tus.bin')).equals(bytes)).toBe(true)
    const failed = await new Promise<unknown>((resolve) => {
      new TusUpload(bytes, {
        endpoint: `${server.origin}/uploads`,
        headers: { 'x-user': 'ben' },
        metadata: { path: '/ben/tus.bin' },
        retryDelays: null,
        onError: resolve,
        onSuccess: () => resolve(null),
      }).start()
    })
    expect((failed as DetailedError).originalResponse?.getStatus()).toBe(409)
    expect(JSON.parse((failed as DetailedError).originalResponse?.getBody() ?? '')).toMatchObject({ code: 'NAME_TAKEN' })
  })

  test('in one request, also when empty', async () => {
    const bytes = randomBytes(100)
    const whole = await tus(
      'POST',
      '/uploads',
      { 'upload-length': '100', 'upload-metadata': metadata({ path: '/ben/one' }), 'content-type': 'application/offset+octet-stream' },
      bytes,
    )
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
    await expectProblem(await create('/ben/x', 1, {}, { 'tus-resumable': '0.2.0' }), 412, 'TUS_VERSION_UNSUPPORTED')
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
      const sending = httpRequest(
        new URL(url, server.origin),
        {
          method: 'PATCH',
          headers: {
            'tus-resumable': '1.0.0',
            'x-user': 'ben',
            'upload-offset': '0',
            'content-type': 'application/offset+octet-stream',
            'transfer-encoding': 'chunked',
          },
        },
        (response) => {
          let body = ''
          response.on('data', (chunk) => (body += chunk)).on('end', () => resolve({ status: response.statusCode ?? 0, body }))
        },
      )
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
    const checksum = (algorithm: string, bytes: Buffer) => ({
      'upload-checksum': `${algorithm} ${createHash(algorithm).update(bytes).digest('base64')}`,
    })
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
    dead.write(
      `PATCH ${url} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nX-User: ben\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 300000\r\n\r\n`,
    )
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
    broken.write(
      `PATCH ${url} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nX-User: ben\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 300000\r\n\r\n`,
    )
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
})
