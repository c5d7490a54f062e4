import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import type * as FsPromises from 'node:fs/promises'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { createTestJobs } from '../jobs/test-jobs.ts'
import { systemClock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import { versionRules } from '../versions/settings.ts'
import { createFiles } from './compose.ts'
import { OpenFolder } from './open-folder.ts'
import { startTestServer, type TestServer } from './test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from './test-storage.ts'
import { createTusClient, problemOf } from './test-tus.ts'

const faults = vi.hoisted(() => ({ link: null as string | null, rename: null as string | null }))
vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof FsPromises>()
  const faulty =
    <Given extends unknown[]>(call: 'link' | 'rename', run: (...given: Given) => Promise<void>) =>
    async (...given: Given) => {
      const code = faults[call]
      if (code) throw Object.assign(new Error(code), { code, syscall: call, path: String(given[0]) })
      return run(...given)
    }
  return { ...real, link: faulty('link', real.link), rename: faulty('rename', real.rename) }
})

const ben = testActor('ben')
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
  await storage.files.ensureHome({ id: ben.userId, username: ben.username })
  server = await startTestServer(storage)
})
afterEach(async () => {
  Object.assign(faults, { link: null, rename: null })
  vi.restoreAllMocks()
  await server.close()
  await storage.close()
})

const disk = (path: string) => `${storage.folder}${path}`
const spooled = () => readdirSync(disk('/.baluhost/spool'))
const { create, patch, offsetOf, locationOf } = createTusClient(() => server)
const move = (from: string, to: string) => storage.files.moveFile(ben, { from, to, replace: false })
const failing = (code: string) => Promise.reject(Object.assign(new Error(code), { code, syscall: 'fsync' }))

describe('on a file system without hard links', () => {
  beforeEach(() => {
    faults.link = 'EPERM'
  })

  test('a file is moved, and to a free name only', async () => {
    writeFileSync(disk('/ben/a'), 'a')
    writeFileSync(disk('/ben/b'), 'b')
    const before = await storage.files.find(ben, '/ben/a')
    await expect(move('/ben/a', '/ben/b')).rejects.toMatchObject({ code: 'NAME_TAKEN', field: 'to' })
    expect(await move('/ben/a', '/ben/c')).toMatchObject({ id: before?.id, path: '/ben/c' })
    expect(readdirSync(disk('/ben')).sort()).toEqual(['b', 'c'])
    expect(readFileSync(disk('/ben/c'), 'utf8')).toBe('a')
  })

  test('an upload gets its name', async () => {
    expect((await patch(locationOf(await create('/ben/a', 3)), 0, Buffer.from('abc'))).status).toBe(204)
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('abc')
    expect(spooled()).toEqual([])
  })

  test('nothing empty stays under the name of a file that did not get there', async () => {
    writeFileSync(disk('/ben/a'), 'a')
    faults.rename = 'EIO'
    await expect(move('/ben/a', '/ben/b')).rejects.toMatchObject({ code: 'UNAVAILABLE', field: 'to' })
    expect(readdirSync(disk('/ben'))).toEqual(['a'])
    expect((await patch(locationOf(await create('/ben/c', 3)), 0, Buffer.from('abc'))).status).toBe(503)
    expect(readdirSync(disk('/ben'))).toEqual(['a'])
    expect(spooled()).toEqual([])
  })
})

describe('what fails while an upload gets its name', () => {
  test('a folder that cannot be synced: the upload has failed, and so nothing is to be seen of it', async () => {
    const url = locationOf(await create('/ben/a', 3))
    const sync = OpenFolder.prototype.sync
    vi.spyOn(OpenFolder.prototype, 'sync').mockImplementation(function (this: OpenFolder) {
      return this.path === '/ben' ? failing('EROFS') : sync.call(this)
    })
    // As the disk says it, before anything has put it into words.
    await patch(url, 0, Buffer.from('abc'))
    expect(existsSync(disk('/ben/a'))).toBe(false)
  })

  test('rows that cannot be written: the next try ends well and never cuts what can be seen', async () => {
    const url = locationOf(await create('/ben/a', 6))
    await patch(url, 0, Buffer.from('abc'))
    vi.spyOn(database, '$transaction').mockRejectedValueOnce(new Error('the database does not answer'))
    expect((await patch(url, 3, Buffer.from('def'))).status).toBe(500)
    expect(existsSync(disk('/ben/a'))).toBe(false)
    expect(await offsetOf(url)).toBe('3')
    expect((await patch(url, 3, Buffer.from('def'))).status).toBe(204)
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('abcdef')
    expect(spooled()).toEqual([])
  })
})

test('bytes that the disk has lost are never made up', async () => {
  const url = locationOf(await create('/ben/a', 6))
  await patch(url, 0, Buffer.from('abc'))
  truncateSync(disk(`/.baluhost/spool/${url.split('/').at(-1)}`), 1)
  const response = await patch(url, 3, Buffer.from('def'))
  expect(await problemOf(response)).toMatchObject({ status: 404, code: 'UPLOAD_NOT_FOUND' })
  expect(readdirSync(disk('/ben'))).toEqual([])
  expect(spooled()).toEqual([])
})

test('what is wrong with a move is said of the field it is wrong with', async () => {
  mkdirSync(disk('/ben/dir'))
  writeFileSync(disk('/ben/file'), '')
  symlinkSync('/tmp', disk('/ben/out'))
  for (const [from, to, code, field] of [
    ['/ben/out/x', '/ben/y', 'PATH_OUTSIDE_STORAGE', 'from'],
    ['/ben/file/x', '/ben/y', 'NOT_A_FOLDER', 'from'],
    ['/ben/none/x', '/ben/y', 'FILE_NOT_FOUND', 'from'],
    ['/ben/file', '/ben/out/x', 'PATH_OUTSIDE_STORAGE', 'to'],
    ['/ben/file', '/ben/file/x', 'INVALID_INPUT', 'to'],
    ['/ben/dir', '/ben/file/x', 'NOT_A_FOLDER', 'to'],
    ['/ben/file', '/ben/none/x', 'FILE_NOT_FOUND', 'to'],
    ['/ben/file', '/ben/dir', 'NAME_TAKEN', 'to'],
  ] as const) {
    await expect(move(from, to), `${from} to ${to}`).rejects.toMatchObject({ code, field })
  }
})

test('a storage that is put in another’s place is not taken for an empty one', async () => {
  writeFileSync(disk('/ben/a'), 'a')
  const before = await storage.files.find(ben, '/ben/a')
  renameSync(storage.folder, `${storage.folder}-away`)
  mkdirSync(`${storage.folder}/ben`, { recursive: true })
  expect(await storage.files.find(ben, '/ben/a')).toEqual(before)
  renameSync(storage.folder, `${storage.folder}-empty`)
  renameSync(`${storage.folder}-away`, storage.folder)
})

test('a start without the disk that the rows are of says so and drops nothing', async () => {
  writeFileSync(disk('/ben/a'), 'a')
  const before = await storage.files.find(ben, '/ben/a')
  const away = `${storage.folder}-away`
  renameSync(storage.folder, away)
  mkdirSync(storage.folder)
  const start = async () => {
    const domain = createFiles({
      storageDir: storage.folder,
      database,
      bus: storage.bus,
      clock: systemClock,
      log: pino({ level: 'silent' }),
      audit: { record: async () => {} },
      jobs: createTestJobs(database, 'sqlite'),
      versionRules: () => versionRules.preset,
    })
    try {
      await domain.start()
    } finally {
      await domain.stop()
    }
  }
  await expect(start()).rejects.toThrow(/Mount its disk/)
  expect(readdirSync(storage.folder)).toEqual([])
  expect(await database.fileEntry.findUnique({ where: { id: before?.id ?? 0 } })).toMatchObject({ name: 'a' })
  rmSync(storage.folder, { recursive: true })
  renameSync(away, storage.folder)
  await start()
  expect(await storage.files.find(ben, '/ben/a')).toEqual(before)
})
