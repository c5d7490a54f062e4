import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest'
import { openStates } from '../jobs/model.ts'
import { createTestJobs, untilState } from '../jobs/test-jobs.ts'
import type { Database } from '../platform/db.ts'
import { OpenFolder } from './open-folder.ts'
import { fileRemoval, handOverRemovals } from './removal-job.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from './test-storage.ts'

const ben = testActor('ben')
let database: Database
let drop: () => Promise<void>
let storage: TestStorage

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(async () => {
  storage = await createTestStorage(database)
  await storage.files.ensureHome({ id: ben.userId, username: ben.username })
})
afterEach(async () => {
  vi.restoreAllMocks()
  await storage.close()
})

const disk = (path: string) => `${storage.folder}${path}`
const removing = () => readdirSync(disk('/.baluhost/removing'))
const remove = (path: string) => storage.files.deleteFile(ben, { path, permanently: true })

test('a tree deeper than a path can say goes with few descriptors open', { timeout: 30_000 }, async () => {
  // By moving one deep folder below another, as anybody who may write can.
  const part = Array.from({ length: 300 }, () => 'd').join('/')
  mkdirSync(disk(`/ben/a/${part}`), { recursive: true })
  mkdirSync(disk(`/ben/b/${part}`), { recursive: true })
  writeFileSync(disk(`/ben/b/${part}/file`), 'x')
  await storage.files.moveFile(ben, { from: '/ben/b', to: `/ben/a/${part}/b`, replace: false })
  let most = 0
  const look = OpenFolder.prototype.look
  vi.spyOn(OpenFolder.prototype, 'look').mockImplementation(function (this: OpenFolder, name) {
    most = Math.max(most, readdirSync('/proc/self/fd').length)
    return look.call(this, name)
  })
  const before = readdirSync('/proc/self/fd').length
  await remove('/ben/a')
  await storage.removals.settled()
  expect(removing()).toEqual([])
  expect(existsSync(disk('/ben/a'))).toBe(false)
  expect(most - before).toBeLessThan(100)
})

test('one entry that the disk does not let go keeps nothing else from going', async () => {
  mkdirSync(disk('/ben/stuck'))
  writeFileSync(disk('/ben/stuck/immutable'), '')
  writeFileSync(disk('/ben/stuck/other'), '')
  await storage.files.list(ben, '/ben', { order: { field: 'NAME', direction: 'ASC' }, limit: 10, after: null, offset: 0 })
  const removeFile = OpenFolder.prototype.removeFile
  vi.spyOn(OpenFolder.prototype, 'removeFile').mockImplementation(function (this: OpenFolder, name) {
    if (String(name) === 'immutable') return Promise.reject(Object.assign(new Error('EPERM'), { code: 'EPERM' }))
    return removeFile.call(this, name)
  })
  await remove('/ben/stuck')
  await storage.removals.settled()
  for (let index = 0; index < 5; index++) {
    writeFileSync(disk(`/ben/${index}`), '')
    await remove(`/ben/${index}`)
  }
  await storage.removals.settled()
  expect(removing()).toHaveLength(1)
  const [left = ''] = removing()
  expect(readdirSync(disk(`/.baluhost/removing/${left}`))).toEqual(['immutable'])
  // Its rows are gone: nothing in the tree waits for the disk.
  expect(await database.fileEntry.count({ where: { parentId: -1 } })).toBe(0)
})

test('a deletion that takes long becomes one job, watched, gone on with after a stop, and taking along what comes meanwhile', {
  timeout: 60_000,
}, async () => {
  await storage.close()
  const removeFile = OpenFolder.prototype.removeFile
  vi.spyOn(OpenFolder.prototype, 'removeFile').mockImplementation(async function (this: OpenFolder, name) {
    await new Promise((resolve) => setTimeout(resolve, 10))
    return removeFile.call(this, name)
  })
  const at = mkdtempSync(`${tmpdir()}/baluhost-storage-`)
  const start = async () => {
    const jobs = createTestJobs(database, 'sqlite')
    storage = await createTestStorage(database, at, { handOver: handOverRemovals({ database, queue: jobs.queue }) })
    jobs.kinds.register(fileRemoval(storage.removals))
    await jobs.start()
    return jobs
  }
  const fill = (path: string, count: number) => {
    mkdirSync(disk(path))
    for (let index = 0; index < count; index++) writeFileSync(disk(`${path}/${index}`), '')
  }
  let jobs = await start()
  await storage.files.ensureHome({ id: ben.userId, username: ben.username })
  fill('/ben/few', 5)
  await remove('/ben/few')
  await storage.removals.settled()
  expect(await database.job.count()).toBe(0)

  fill('/ben/many', 400)
  await remove('/ben/many')
  await storage.removals.settled()
  const [job] = await database.job.findMany()
  expect(job).toMatchObject({ kind: 'file_removal', subject: '/ben/many', actorId: ben.userId, state: expect.toBeOneOf(openStates) })
  fill('/ben/more', 10)
  await remove('/ben/more')
  await expect.poll(async () => (await database.job.findFirstOrThrow()).progressDone ?? 0, { timeout: 10_000 }).toBeGreaterThan(20)
  const id = job?.id ?? ''
  await jobs.stop()
  await storage.close()
  expect(removing()).not.toEqual([])
  expect(await database.job.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'QUEUED' })

  jobs = await start()
  const ended = await untilState(database, id, 'SUCCEEDED')
  expect(ended.result).toMatchObject({ removed: expect.any(Number) })
  expect((ended.result as { removed: number }).removed).toBeGreaterThan(0)
  expect(removing()).toEqual([])
  expect(await database.job.count()).toBe(1)
  await jobs.stop()
  rmSync(at, { recursive: true, force: true })
})
