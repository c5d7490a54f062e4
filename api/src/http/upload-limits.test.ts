import { existsSync, readdirSync } from 'node:fs'
import { IncomingMessage } from 'node:http'
import { connect, Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { sessionEnded } from '../auth/model.ts'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from '../files/test-storage.ts'
import { createTusClient, problemOf } from '../files/test-tus.ts'
import type { Database } from '../platform/db.ts'
import { RequestBody } from './request-body.ts'

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
const { tus, create, patch, offsetOf, locationOf, metadata } = createTusClient(() => server)

/** Sends a PATCH whose body never comes to an end. */
function begin(url: string, length: number, body: Buffer): Socket {
  const { hostname, port } = new URL(server.origin)
  const socket = connect(Number(port), hostname)
  socket.on('error', () => {})
  socket.write(
    `PATCH ${url} HTTP/1.1\r\nHost: x\r\nTus-Resumable: 1.0.0\r\nX-User: ben\r\nUpload-Offset: 0\r\nContent-Type: application/offset+octet-stream\r\nContent-Length: ${length}\r\n\r\n`,
  )
  socket.write(body)
  return socket
}

describe('limits of uploads', () => {
  test('so many unfinished ones and no more; who finishes or cancels one may begin another', async () => {
    const expiresAt = new Date(Date.now() + 1e6)
    const row = {
      ownerId: ben.userId,
      path: '/ben/x',
      length: 1n,
      durableOffset: 0n,
      metadata: '{}',
      createdAt: expiresAt,
      expiresAt,
    }
    await database.upload.createMany({
      data: Array.from({ length: 998 }, (_, at) => ({ ...row, id: `r${at}`, state: 'RECEIVING' as const })),
    })
    await database.upload.createMany({ data: Array.from({ length: 50 }, (_, at) => ({ ...row, id: `d${at}`, state: 'DONE' as const })) })
    const url = locationOf(await create('/ben/a', 1))
    expect((await create('/ben/b', 1)).status).toBe(201)
    expect(await problemOf(await create('/ben/c', 1))).toMatchObject({ status: 429, code: 'TOO_MANY_UPLOADS' })
    expect((await tus('DELETE', url)).status).toBe(204)
    expect((await create('/ben/c', 1)).status).toBe(201)
    expect((await create('/ben/d', 1)).status).toBe(429)
    expect(readdirSync(disk('/.baluhost/spool'))).toHaveLength(2)
  })

  test('lengths and offsets that no file has', async () => {
    const send = (headers: Record<string, string>) =>
      tus('POST', '/uploads', { 'upload-metadata': metadata({ path: '/ben/x' }), ...headers })
    for (const length of ['9007199254740992', '9007199254740993', '18446744073709551616', '1e999', '-1', '0x10', ' ', '9'.repeat(400)]) {
      const response = await send({ 'upload-length': length })
      expect([400, 507], length).toContain(response.status)
      await response.text()
    }
    const url = locationOf(await create('/ben/x', 5_000_000_000))
    for (const offset of ['9007199254740992', '4294967296', '-1', '1.5']) {
      const response = await tus('PATCH', url, { 'upload-offset': offset }, Buffer.from('x'))
      expect([400, 409], offset).toContain(response.status)
      await response.text()
    }
    expect(await offsetOf(url)).toBe('0')
    expect((await tus('POST', '/uploads', { 'upload-length': '1', 'upload-metadata': `path ${'A'.repeat(1_000_000)}` })).status).toBe(431)
  })

  test('a time that no file system keeps is kept as near as it can be', async () => {
    for (const [index, mtime] of ['999999999999999', '-271820-01-01T00:00:00Z', '+275759-01-01T00:00:00Z', '-99999999999'].entries()) {
      const response = await create(`/ben/${index}`, 1, { mtime })
      expect(response.status, mtime).toBe(201)
      expect((await patch(locationOf(response), 0, Buffer.from('x'))).status, mtime).toBe(204)
      expect(existsSync(disk(`/ben/${index}`))).toBe(true)
    }
  })

  test('who signs out in the middle keeps what arrived and sends nothing more', async () => {
    const url = locationOf(await create('/ben/a', 300_000))
    const socket = begin(url, 300_000, Buffer.alloc(100_000, 'x'))
    await sleep(100)
    storage.bus.publish(sessionEnded, ben.sessionId, { sessionId: ben.sessionId })
    await sleep(50)
    socket.write(Buffer.alloc(200_000, 'y'))
    await sleep(100)
    expect(existsSync(disk('/ben/a'))).toBe(false)
    expect(await offsetOf(url)).toBe('100000')
    socket.destroy()
  })
})

test('a body that nothing comes of is given up after a while, and not before', async () => {
  const request = new IncomingMessage(new Socket())
  const body = new RequestBody(request, 100)
  const pieces: string[] = []
  const reading = (async () => {
    for await (const chunks of body) pieces.push(Buffer.concat(chunks).toString())
  })()
  for (const piece of ['a', 'b', 'c']) {
    await sleep(60)
    request.push(piece)
  }
  await expect(reading).rejects.toThrow('broke off')
  expect(pieces).toEqual(['a', 'b', 'c'])
})
