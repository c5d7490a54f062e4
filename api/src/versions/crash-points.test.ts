import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { DiskSteps } from '../files/test-steps.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import type { VersionsService } from './service.ts'
import { testVersions } from './test-versions.ts'

const ben = testActor('ben')
let database: Database
let drop: () => Promise<void>
let folder: string
let storage: TestStorage
let versions: VersionsService
const steps = new DiskSteps()

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(() => {
  folder = mkdtempSync(`${tmpdir()}/baluhost-versions-`)
  steps.watch()
})
afterEach(() => {
  vi.restoreAllMocks()
  rmSync(folder, { recursive: true, force: true })
})

const disk = (path: string) => `${folder}${path}`
const kept = () => readdirSync(disk('/.baluhost/versions')).map((name) => readFileSync(disk(`/.baluhost/versions/${name}`), 'utf8'))

async function start() {
  steps.disarm()
  storage = await createTestStorage(database, folder)
  versions = testVersions(storage)
  await storage.files.ensureHome({ id: ben.userId, username: 'ben' })
}

async function begin(): Promise<void> {
  for (const table of [database.fileEntry, database.trashItem, database.fileVersion] as { deleteMany(): Promise<unknown> }[])
    await table.deleteMany()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  await start()
  writeFileSync(disk('/ben/it'), 'old')
  await storage.files.find(ben, '/ben/it')
}

const move = (content: string) => {
  writeFileSync(disk('/ben/other'), content)
  return storage.files.moveFile(ben, { from: '/ben/other', to: '/ben/it', replace: true })
}
const contents = async () => {
  const file = await storage.files.find(ben, '/ben/it')
  const listed = await versions.list(ben, { id: file?.id ?? 0, path: '/ben/it' }, { before: null, limit: 10 })
  return Promise.all(
    listed.map(async ({ number }) => {
      const { handle } = await versions.openForReading(ben, '/ben/it', number)
      const text = await handle.readFile('utf8')
      await handle.close()
      return text
    }),
  )
}

const actions = {
  replacement: { prepare: async () => {}, run: () => move('new'), before: ['old', []], after: ['new', ['old']] },
  restoration: {
    prepare: () => move('new'),
    run: () => versions.restore(ben, { path: '/ben/it', version: 1 }),
    before: ['new', ['old']],
    after: ['old', ['new']],
  },
} as const

describe.each(Object.entries(actions))('stopped at any step of a %s', (_name, { prepare, run, before, after }) => {
  test('the file is as before, or as afterwards with what it was as a version', { timeout: 60_000 }, async () => {
    const seen = new Set<string>()
    for (let moment = 0; ; moment++) {
      await begin()
      await prepare()
      steps.arm(moment)
      const stopped = storage
      const running = run()
      const done = await steps.stopAt(moment, running)
      await start()
      const now = [readFileSync(disk('/ben/it'), 'utf8'), await contents()]
      expect([before, after], `at moment ${moment}`).toContainEqual(now)
      seen.add(JSON.stringify(now))
      // Nothing is there twice, and nothing without a row.
      expect(kept()).toEqual(now[1])
      expect(await database.fileVersion.count()).toBe(now[1]?.length)
      await storage.close()
      steps.release()
      await running.catch(() => {})
      await stopped.close()
      if (done) {
        expect(now).toEqual(after)
        break
      }
    }
    expect(seen).toEqual(new Set([before, after].map((state) => JSON.stringify(state))))
  })
})

describe.each(['EIO', 'ENOSPC'])('a disk that says %s at any step of a replacement', (code) => {
  test('loses neither the old nor the new content', { timeout: 60_000 }, async () => {
    for (let step = 0; ; step++) {
      await begin()
      steps.failAt(step, code)
      const failed = await move('new').then(
        () => null,
        (error: unknown) => error,
      )
      steps.disarm()
      if (failed) {
        expect(failed).toMatchObject({ code: expect.stringMatching(/^(UNAVAILABLE|STORAGE_FULL)$/) })
        const text = readFileSync(disk('/ben/it'), 'utf8')
        if (text === 'old') expect(readFileSync(disk('/ben/other'), 'utf8')).toBe('new')
        else expect(kept()).toEqual(['old'])
        // A new try, or a start, ends with both.
        if (existsSync(disk('/ben/other'))) await move('new')
        const before = storage
        await start()
        expect([readFileSync(disk('/ben/it'), 'utf8'), kept()]).toEqual(['new', ['old']])
        expect(await contents()).toEqual(['old'])
        await before.close()
      }
      await storage.close()
      if (!failed) break
    }
  })
})
