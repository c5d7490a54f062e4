import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { get } from 'node:http'
import { connect } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { diskIo, type SpoolIo } from '../files/spool-writer.ts'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from '../files/test-storage.ts'
import { createTusClient, problemOf } from '../files/test-tus.ts'
import { RunningDigest } from '../files/upload-digest.ts'
import type { Database } from '../platform/db.ts'

let database: Database
let drop: () => Promise<void>
let storage: TestStorage
let server: TestServer
let order: string[]
let io: Required<SpoolIo>
const ben = testActor('ben')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(async () => {
  storage = await createTestStorage(database)
  await storage.files.ensureHome({ id: ben.userId, username: ben.username })
  order = []
  io = { ...diskIo, syncWhole: (handle) => handle.sync(), syncFolder: (folder) => folder.sync() }
  server = await startTestServer(storage, {
    io: {
      write: (...given) => io.write(...given),
      sync: (...given) => io.sync(...given),
      syncWhole: (...given) => io.syncWhole(...given),
      syncFolder: (...given) => io.syncFolder(...given),
    },
  })
})
afterEach(async () => {
  await server.close()
  await storage.close()
})

const disk = (path: string) => `${storage.folder}${path}`
const spooled = () => readdirSync(disk('/.baluhost/spool'))
const { create, patch, offsetOf, locationOf, tus, metadata } = createTusClient(() => server)
const small = (path: string, bytes: Buffer, more: Record<string, string> = {}) =>
  tus(
    'POST',
    '/uploads',
    {
      'upload-length': String(bytes.length),
      'upload-metadata': metadata({ path, ...more }),
      'content-type': 'application/offset+octet-stream',
    },
    bytes,
  )

function flip(path: string, at: number): void {
  const content = readFileSync(path)
  content[at] = (content[at] ?? 0) ^ 4
  writeFileSync(path, content)
}

describe('a bit that flips', () => {
  test('in the spool, between two requests or in the last one, is found: nothing is shown and the space is given back', async () => {
    // Small ones are hashed where they are, large ones in a thread; both in whole blocks and in what is left over.
    for (const [length, first, at] of [
      [1_000, 600, 10],
      [1_000, 600, 599],
      [3_500_000, 2_500_000, 0],
      [3_500_000, 2_500_000, 1_048_576],
      [3_500_000, 2_500_000, 2_499_999],
    ] as const) {
      const bytes = randomBytes(length)
      const url = locationOf(await create('/ben/a', length, { sha256: sha256(bytes) }))
      await patch(url, 0, bytes.subarray(0, first))
      flip(disk(`/.baluhost/spool/${spooled()[0]}`), at)
      const response = await patch(url, first, bytes.subarray(first))
      expect(await problemOf(response), `${length} at ${at}`).toMatchObject({ status: 500, code: 'SPOOL_DAMAGED' })
      expect(existsSync(disk('/ben/a'))).toBe(false)
      expect(spooled()).toEqual([])
    }
    expect(server.uploads.receiving.refused).not.toBeNull()
  })

  test('on its way to the disk is found, also of a file that came in one request', async () => {
    io.write = (handle, buffers, position) => {
      const bytes = Buffer.concat(buffers)
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
      return diskIo.write(handle, [bytes], position)
    }
    expect(await problemOf(await small('/ben/a', randomBytes(500)))).toMatchObject({ status: 500, code: 'SPOOL_DAMAGED' })
    const bytes = randomBytes(400_000)
    expect(await problemOf(await patch(locationOf(await create('/ben/b', bytes.length)), 0, bytes))).toMatchObject({
      code: 'SPOOL_DAMAGED',
    })
    expect(readdirSync(disk('/ben'))).toEqual([])
    expect(spooled()).toEqual([])
  })

  test('in transit is found by the checksum of a request, whichever bit it is, and nothing of the request is kept', async () => {
    const bytes = randomBytes(300_000)
    const checksum = { 'upload-checksum': `sha256 ${createHash('sha256').update(bytes.subarray(100_000)).digest('base64')}` }
    const url = locationOf(await create('/ben/a', bytes.length, { sha256: sha256(bytes) }))
    await patch(url, 0, bytes.subarray(0, 100_000))
    for (const at of [0, 99_999, 199_999]) {
      const flipped = Buffer.from(bytes.subarray(100_000))
      flipped[at] = (flipped[at] ?? 0) ^ 128
      expect((await patch(url, 100_000, flipped, checksum)).status).toBe(460)
      expect(await offsetOf(url)).toBe('100000')
    }
    expect((await patch(url, 100_000, bytes.subarray(100_000), checksum)).status).toBe(204)
    expect(readFileSync(disk('/ben/a')).equals(bytes)).toBe(true)
    const one = await tus(
      'POST',
      '/uploads',
      {
        'upload-length': '3',
        'upload-metadata': metadata({ path: '/ben/c' }),
        'content-type': 'application/offset+octet-stream',
        'upload-checksum': `sha1 ${createHash('sha1').update('abc').digest('base64')}`,
      },
      Buffer.from('abd'),
    )
    expect(one.status).toBe(460)
    expect(existsSync(disk('/ben/c'))).toBe(false)
  })
})

test('a resumed upload goes on from what is known of its bytes; after a start they are read again, once', async () => {
  const bytes = randomBytes(4_000_000)
  const url = locationOf(await create('/ben/a', bytes.length, { sha256: sha256(bytes) }))
  await patch(url, 0, bytes.subarray(0, 1_500_000))
  await patch(url, 1_500_000, bytes.subarray(1_500_000, 2_000_000))
  await server.close()
  server = await startTestServer(storage)
  await patch(url, 2_000_000, bytes.subarray(2_000_000, 3_000_000))
  expect((await patch(url, 3_000_000, bytes.subarray(3_000_000))).status).toBe(204)
  expect(readFileSync(disk('/ben/a')).equals(bytes)).toBe(true)
})

test('large uploads are hashed in a thread, small ones where they are', async () => {
  const here = vi.spyOn(RunningDigest.prototype, 'update')
  const bytes = randomBytes(5_000_000)
  await patch(locationOf(await create('/ben/a', bytes.length, { sha256: sha256(bytes) })), 0, bytes)
  expect(here).not.toHaveBeenCalled()
  expect(await storage.files.find(ben, '/ben/a')).toMatchObject({ sha256: sha256(bytes) })
  await patch(locationOf(await create('/ben/b', 3)), 0, Buffer.from('abc'))
  expect(here).toHaveBeenCalled()
  here.mockRestore()
})

test('a thread that dies takes no upload with it: the next request reads the bytes again', async () => {
  const bytes = randomBytes(1_000_000)
  const url = locationOf(await create('/ben/a', bytes.length, { sha256: sha256(bytes) }))
  await patch(url, 0, bytes.subarray(0, 500_000))
  await server.uploads.digests.close()
  expect((await patch(url, 500_000, bytes.subarray(500_000))).status).toBe(204)
  expect(readFileSync(disk('/ben/a')).equals(bytes)).toBe(true)
})

describe('two requests at the same offset', () => {
  test('by raw sockets: exactly one writes, whichever protocol step loses', async () => {
    const { hostname, port } = new URL(server.origin)
    const send = (url: string, fill: string) =>
      new Promise<number>((resolve) => {
        const socket = connect(Number(port), hostname)
        socket.on('error', () => {})
        socket.once('data', (chunk) => {
          resolve(Number(String(chunk).split(' ')[1]))
          socket.destroy()
        })
        socket.write(
          `PATCH ${url} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nX-User: ben\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: 150000\r\n\r\n`,
        )
        socket.write(Buffer.alloc(150_000, fill))
      })
    for (let round = 0; round < 6; round++) {
      const url = locationOf(await create(`/ben/race${round}`, 150_000))
      const statuses = await Promise.all(['a', 'b', 'c', 'd'].map((fill) => send(url, fill)))
      expect(statuses.filter((status) => status === 204)).toHaveLength(1)
      expect(statuses.filter((status) => status === 409 || status === 423)).toHaveLength(3)
      const winner = 'abcd'[statuses.indexOf(204)] ?? ''
      expect(readFileSync(disk(`/ben/race${round}`), 'latin1')).toBe(winner.repeat(150_000))
    }
  })
})

test('who reads a file while it is replaced reads the old one to its end; the new one comes only when it is durable', async () => {
  const old = randomBytes(30_000_000)
  const fresh = randomBytes(2_000_000)
  await patch(locationOf(await create('/ben/a', old.length)), 0, old)
  const reading = new Promise<Buffer>((resolve, reject) => {
    get(`${server.origin}/files/ben/a`, { headers: { 'x-user': 'ben' } }, async (response) => {
      const chunks: Buffer[] = []
      for await (const chunk of response) {
        chunks.push(chunk as Buffer)
        // Slowly at first, so that it is under way when the file is replaced.
        if (chunks.length < 20) await sleep(25)
      }
      resolve(Buffer.concat(chunks))
    }).on('error', reject)
  })
  await sleep(50)
  const download = async () =>
    Buffer.from(await (await fetch(`${server.origin}/files/ben/a`, { headers: { 'x-user': 'ben' } })).arrayBuffer())
  const url = locationOf(await create('/ben/a', fresh.length, { ifExists: 'replace' }))
  await patch(url, 0, fresh.subarray(0, 1_000_000))
  const gate = Promise.withResolvers<void>()
  io.syncWhole = async (handle) => {
    order.push('sync begins')
    await gate.promise
    await handle.sync()
  }
  const finishing = patch(url, 1_000_000, fresh.subarray(1_000_000))
  await expect.poll(() => order).toContain('sync begins')
  expect((await download()).equals(old)).toBe(true)
  gate.resolve()
  expect((await finishing).status).toBe(204)
  expect((await download()).equals(fresh)).toBe(true)
  expect((await reading).equals(old)).toBe(true)
})

describe('many small files at once', () => {
  test('share the sync of their folder; nobody is answered before a sync that began after their name was there', async () => {
    let syncs = 0
    const syncing = new Set<number>()
    io.syncWhole = async (handle) => {
      await handle.sync()
      order.push('data')
    }
    io.syncFolder = async (folder) => {
      const number = syncs++
      syncing.add(number)
      const there = readdirSync(disk('/ben'))
      order.push(`begin ${number} ${there.length}`)
      await folder.sync()
      await sleep(30)
      syncing.delete(number)
      order.push(`end ${number}`)
      for (const name of there) durable.add(name)
    }
    const durable = new Set<string>()
    const count = 120
    await Promise.all(
      Array.from({ length: count }, async (_, at) => {
        const response = await small(`/ben/f${at}`, randomBytes(10_000))
        expect(response.status).toBe(201)
        expect(durable.has(`f${at}`), `f${at} was answered before its sync`).toBe(true)
      }),
    )
    expect(syncs).toBeLessThan(count / 4)
    expect(order.filter((each) => each === 'data')).toHaveLength(count)
    expect(await database.upload.count({ where: { state: 'DONE', path: { startsWith: '/ben/f' } } })).toBe(count)
    const rows = await database.fileEntry.findMany({ where: { name: { startsWith: 'f' }, isFolder: false } })
    expect(rows.filter(({ sha256: hash }) => hash !== null)).toHaveLength(count)
    expect(spooled()).toEqual([])
  })

  test('fail together when that sync fails, and nothing of them is seen', async () => {
    io.syncFolder = () => Promise.reject(Object.assign(new Error('EIO'), { code: 'EIO', syscall: 'fsync' }))
    const answers = await Promise.all(Array.from({ length: 10 }, (_, at) => small(`/ben/f${at}`, randomBytes(100))))
    expect(answers.map(({ status }) => status)).toEqual(Array(10).fill(503))
    expect(readdirSync(disk('/ben'))).toEqual([])
    expect(spooled()).toEqual([])
    expect(await database.upload.count({ where: { path: { startsWith: '/ben/f' } } })).toBe(0)
  })

  test('one whose name is taken does not hold up the others', async () => {
    writeFileSync(disk('/ben/f3'), 'mine')
    const answers = await Promise.all(Array.from({ length: 8 }, (_, at) => small(`/ben/f${at}`, Buffer.from('new'))))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, (_, at) => (at === 3 ? 409 : 201)))
    expect(readFileSync(disk('/ben/f3'), 'utf8')).toBe('mine')
  })

  test('of the same name: one is there, the others are refused; with replace the last one is', async () => {
    const answers = await Promise.all(Array.from({ length: 6 }, (_, at) => small('/ben/same', Buffer.from(String(at)))))
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    expect(answers.filter(({ status }) => status === 409)).toHaveLength(5)
    const replaced = await Promise.all(
      Array.from({ length: 6 }, (_, at) => small('/ben/other', Buffer.from(String(at)), { ifExists: 'replace' })),
    )
    expect(replaced.map(({ status }) => status)).toEqual(Array(6).fill(201))
    const content = readFileSync(disk('/ben/other'))
    expect(await storage.files.find(ben, '/ben/other')).toMatchObject({ sha256: sha256(content) })
  })

  test('the space for one is asked about before anything is stored', async () => {
    const asked: unknown[] = []
    await server.close()
    server = await startTestServer(storage, {
      requireQuota: async (actor, path, length) => {
        asked.push([actor.username, path?.text ?? null, length])
        throw Object.assign(new Error('no'), { code: 'X' })
      },
    })
    await small('/ben/q', Buffer.from('abc'))
    await create('/ben/q', 5)
    await tus('POST', '/uploads', { 'upload-length': '7', 'upload-concat': 'partial' })
    await tus('POST', '/uploads', { 'upload-defer-length': '1', 'upload-metadata': metadata({ path: '/ben/q' }) })
    expect(asked).toEqual([
      ['ben', '/ben/q', 3],
      ['ben', '/ben/q', 5],
      ['ben', null, 7],
      ['ben', '/ben/q', null],
    ])
    expect(spooled()).toEqual([])
    expect(await database.upload.count()).toBe(0)
  })
})
