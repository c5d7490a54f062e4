import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { DiskSteps } from '../files/test-steps.ts'
import { createTestDatabase, testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { createTestTrash, type TestTrash } from './test-trash.ts'

const ben = testActor('ben')
let database: Database
let drop: () => Promise<void>
let folder: string
let trash: TestTrash
const steps = new DiskSteps()

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/baluhost-trash-`)
  steps.watch()
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const disk = (path: string) => `${folder}${path}`

async function start(): Promise<TestTrash> {
  steps.disarm()
  const started = await createTestTrash(database, folder)
  await started.files.ensureHome({ id: ben.userId, username: 'ben' })
  return started
}

async function begin(isFolder: boolean): Promise<number> {
  await database.fileEntry.deleteMany()
  await database.trashItem.deleteMany()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  trash = await start()
  if (isFolder) mkdirSync(disk('/ben/it'))
  writeFileSync(disk(isFolder ? '/ben/it/file' : '/ben/it'), 'content')
  return (await trash.files.find(ben, '/ben/it'))?.id ?? 0
}

/** The one place where it is, in the tree and on the disk; anything else is a failure. */
async function whereIsIt(id: number, isFolder: boolean): Promise<'tree' | 'trash' | 'gone'> {
  const file = isFolder ? '/file' : ''
  const items = await trash.service.list(ben, 'MINE', { after: null, limit: 10, newestFirst: true })
  const listed = await trash.files.list(ben, '/ben', { order: { field: 'NAME', direction: 'ASC' }, limit: 9, after: null, offset: 0 })
  expect(listed.totalCount + items.length).toBeLessThanOrEqual(1)
  expect(readdirSync(disk('/.baluhost/trash'))).toEqual(items.map((item) => item.id))
  expect(await database.trashItem.count()).toBe(items.length)
  const [entry] = listed.files
  if (entry) {
    expect(entry.file.id).toBe(id)
    expect(readFileSync(disk(`${entry.file.path}${file}`), 'utf8')).toBe('content')
    return 'tree'
  }
  const [item] = items
  if (!item) return 'gone'
  expect(await database.fileEntry.findUnique({ where: { id } })).toMatchObject({ parentId: -3, name: item.id })
  expect(readFileSync(disk(`/.baluhost/trash/${item.id}${file}`), 'utf8')).toBe('content')
  return 'trash'
}

const put = async () => (await trash.files.deleteFile(ben, { path: '/ben/it', permanently: false })).trashItemId ?? ''
const actions = {
  deletion: { prepare: async () => '', run: put, before: 'tree', after: 'trash' },
  restoration: {
    prepare: put,
    run: (id: string) => trash.service.restore(ben, { id, to: '/ben/sub/back', ifExists: 'FAIL' }),
    before: 'trash',
    after: 'tree',
  },
  'deletion for good': { prepare: put, run: (id: string) => trash.service.deleteItems(ben, [id]), before: 'trash', after: 'gone' },
} as const

describe.each(Object.entries(actions))('stopped at any step of a %s', (name, { prepare, run, before, after }) => {
  test.each([false, true])('it is there once, whole, with its row (a folder: %s)', { timeout: 60_000 }, async (isFolder) => {
    const seen = new Set<string>()
    for (let point = 0; ; point++) {
      const id = await begin(isFolder)
      if (name === 'restoration') mkdirSync(disk('/ben/sub'))
      const itemId = await prepare()
      await trash.trash.sizes.settled()
      // The bytes that go in the background are another matter.
      await trash.removals.stop()
      steps.arm(point)
      const stopped = trash
      const running = run(itemId)
      const done = await steps.stopAt(point, running)
      // What stands still for ever keeps its locks; a new process knows nothing of them.
      trash = await start()
      await trash.removals.settled()
      const sub = name === 'restoration' ? '/ben/sub' : null
      const place = sub && existsSync(disk(`${sub}/back`)) ? await whereIsItIn(id, isFolder) : await whereIsItOutside(id, isFolder, sub)
      seen.add(place)
      expect([before, after], `at step ${point}`).toContain(place)
      await trash.close()
      steps.release()
      await running.catch(() => {})
      await stopped.close()
      if (done) {
        expect(place).toBe(after)
        break
      }
    }
    expect(seen).toEqual(new Set([before, after]))
  })
})

/** As `whereIsIt`, where the folder that it was restored to stands beside it. */
async function whereIsItOutside(id: number, isFolder: boolean, sub: string | null): Promise<string> {
  if (sub) rmSync(disk(sub), { recursive: true })
  return whereIsIt(id, isFolder)
}

async function whereIsItIn(id: number, isFolder: boolean): Promise<string> {
  expect(await trash.files.find(ben, '/ben/sub/back')).toMatchObject({ id })
  expect(readFileSync(disk(`/ben/sub/back${isFolder ? '/file' : ''}`), 'utf8')).toBe('content')
  expect(readdirSync(disk('/.baluhost/trash'))).toEqual([])
  expect(await database.trashItem.count()).toBe(0)
  return 'tree'
}

describe.each(['EIO', 'ENOSPC', 'EROFS'])('a disk that says %s at any step', (code) => {
  test.each(['deletion', 'restoration'] as const)('leaves what a %s was about where it was', { timeout: 60_000 }, async (name) => {
    const { prepare, run, before, after } = actions[name]
    for (let step = 0; ; step++) {
      const id = await begin(false)
      const itemId = await prepare()
      steps.failAt(step, code)
      const failed = await run(itemId).then(
        () => null,
        (error: unknown) => error,
      )
      steps.disarm()
      if (!failed) {
        await trash.close()
        break
      }
      expect(failed, `at step ${step}`).toMatchObject({ code: expect.stringMatching(/^(UNAVAILABLE|STORAGE_FULL|STORAGE_READ_ONLY)$/) })
      if (name === 'restoration') {
        expect(existsSync(disk('/ben/sub/back'))).toBe(false)
        rmSync(disk('/ben/sub'), { recursive: true, force: true })
      }
      expect(await whereIsIt(id, false)).toBe(before)
      // And it can be tried again.
      await run(itemId)
      if (after === 'trash') expect(await whereIsIt(id, false)).toBe(after)
      await trash.close()
    }
  })
})
