import { createHash, randomBytes } from 'node:crypto'
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { request as httpRequest } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { OpenFolder } from '../files/open-folder.ts'
import { diskIo, type SpoolIo } from '../files/spool-writer.ts'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from '../files/test-storage.ts'
import { createTusClient, problemOf } from '../files/test-tus.ts'
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
const { tus, create, patch, offsetOf, locationOf } = createTusClient(() => server)

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(await problemOf(response)).toEqual({ status, type: 'application/problem+json; charset=utf-8', code, complete: true })
}

describe('the life of an upload', () => {
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
    const slow = httpRequest(new URL(url, server.origin), {
      method: 'PATCH',
      headers: {
        'tus-resumable': '1.0.0',
        'x-user': 'ben',
        'upload-offset': '0',
        'content-type': 'application/offset+octet-stream',
        'content-length': '40000000',
      },
    })
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
    server = await startTestServer(storage, { expiryMilliseconds: 4000 })
    const resting = locationOf(await create('/ben/a', 10))
    const going = locationOf(await create('/ben/b', 10))
    await sleep(2500)
    await patch(going, 0, Buffer.from('01234'))
    await sleep(2500)
    // A job that is cancelled stops before the next one.
    const stopped = AbortSignal.abort(new Error('stopped'))
    await expect(server.uploads.expire(stopped)).rejects.toThrow('stopped')
    expect(spooled()).toHaveLength(2)
    expect(await server.uploads.expire()).toBe(1)
    writeFileSync(disk('/.baluhost/spool/orphan'), 'x')
    await expect(server.uploads.dropLeftovers(stopped)).rejects.toThrow('stopped')
    rmSync(disk('/.baluhost/spool/orphan'))
    expect((await tus('HEAD', resting)).status).toBe(404)
    expect(await offsetOf(going)).toBe('5')
    expect(spooled()).toHaveLength(1)
  })

  test('bytes without a row and rows without bytes are cleared at start; a file that had its name already is recorded', async () => {
    const lost =
      locationOf(await create('/ben/lost', 10))
        .split('/')
        .at(-1) ?? ''
    const kept = locationOf(await create('/ben/kept', 10))
    await patch(kept, 0, Buffer.from('01234'))
    const linked =
      locationOf(await create('/ben/linked', 3))
        .split('/')
        .at(-1) ?? ''
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

test('the daily look for leftovers keeps the spool open until it is through, and leaves young ones alone', async () => {
  writeFileSync(disk('/.baluhost/spool/leftover'), 'x')
  const names = OpenFolder.prototype.names
  vi.spyOn(OpenFolder.prototype, 'names').mockImplementation(async function* (this: OpenFolder) {
    await sleep(50)
    yield* names.call(this)
  })
  try {
    expect(await server.uploads.dropLeftovers()).toBe(0)
  } finally {
    vi.restoreAllMocks()
  }
  expect(spooled()).toEqual(['leftover'])
})
