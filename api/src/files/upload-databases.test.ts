import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '../platform/db.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { createTestDatabase, createTestStorage, hasPostgres, type TestStorage, testActor } from './test-storage.ts'
import { createTusClient } from './test-tus.ts'

const postgres = await hasPostgres()
const ben = testActor('ben')

describe.each(['sqlite', 'postgresql'] as const)('uploads on %s', (provider) => {
  describe.skipIf(provider === 'postgresql' && !postgres)('whole files, parts and names', () => {
    let database: Database
    let drop: () => Promise<void>
    let storage: TestStorage
    let server: TestServer
    beforeAll(async () => {
      ;({ database, drop } = await createTestDatabase(provider))
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
    const { create, patch, tus, locationOf, metadata } = createTusClient(() => server)
    const disk = (path: string) => `${storage.folder}${path}`

    test('many at once are recorded together, new ones and replaced ones', async () => {
      const send = (name: string, bytes: Buffer, ifExists: string) =>
        tus(
          'POST',
          '/uploads',
          {
            'upload-length': String(bytes.length),
            'upload-metadata': metadata({ path: `/ben/${name}`, ifExists }),
            'content-type': 'application/offset+octet-stream',
          },
          bytes,
        )
      await Promise.all(Array.from({ length: 20 }, (_, at) => send(`f${at}`, Buffer.from('old'), 'fail')))
      const before = await storage.files.find(ben, '/ben/f3')
      const fresh = Array.from({ length: 30 }, () => randomBytes(100))
      const answers = await Promise.all(fresh.map((bytes, at) => send(`f${at}`, bytes, 'replace')))
      expect(answers.map(({ status }) => status)).toEqual(Array(30).fill(201))
      for (const [at, bytes] of fresh.entries()) {
        expect(readFileSync(disk(`/ben/f${at}`)).equals(bytes)).toBe(true)
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        expect(await storage.files.find(ben, `/ben/f${at}`)).toMatchObject({ sha256, size: 100, ownerId: ben.userId })
      }
      expect((await storage.files.find(ben, '/ben/f3'))?.id).toBe(before?.id)
      expect(await database.upload.count({ where: { state: 'DONE' } })).toBe(50)
    })

    test('resumed, put together from parts, and beside a name that is taken', async () => {
      const url = locationOf(await create('/ben/a', 6))
      await patch(url, 0, Buffer.from('abc'))
      await patch(url, 3, Buffer.from('def'))
      const urls: string[] = []
      for (const bytes of ['gh', 'ij']) {
        const part = locationOf(await tus('POST', '/uploads', { 'upload-length': '2', 'upload-concat': 'partial' }))
        await patch(part, 0, Buffer.from(bytes))
        urls.push(part)
      }
      const final = { 'upload-concat': `final;${urls.join(' ')}`, 'upload-metadata': metadata({ path: '/ben/a', ifExists: 'keepBoth' }) }
      expect((await tus('POST', '/uploads', final)).status).toBe(201)
      expect(
        readdirSync(disk('/ben'))
          .sort()
          .map((name) => [name, readFileSync(disk(`/ben/${name}`), 'utf8')]),
      ).toEqual([
        ['a', 'abcdef'],
        ['a (2)', 'ghij'],
      ])
      expect(await database.upload.count({ where: { state: 'RECEIVING' } })).toBe(0)
      expect(server.uploads.concatenations).toEqual({ inPlace: 1, copied: 0 })
    })
  })
})
