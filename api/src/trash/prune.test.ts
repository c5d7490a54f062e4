import { readdirSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createTestDatabase, hasPostgres, testActor } from '../files/test-storage.ts'
import { createTestJobs, system, untilState } from '../jobs/test-jobs.ts'
import type { Database } from '../platform/db.ts'
import { trashPrune } from './prune.ts'
import { createTestTrash, type TestTrash } from './test-trash.ts'

const ben = testActor('ben')
const carl = testActor('carl')
const postgres = await hasPostgres()

describe.each(['sqlite', 'postgresql'] as const)('the daily look into the trash on %s', (provider) => {
  if (provider === 'postgresql' && !postgres) {
    test.skip('needs a PostgreSQL server', () => {})
    return
  }
  let database: Database
  let drop: () => Promise<void>
  let trash: TestTrash
  let jobs: ReturnType<typeof createTestJobs>

  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
  })
  afterAll(() => drop())
  beforeEach(async () => {
    trash = await createTestTrash(database)
    for (const { userId, username } of [ben, carl]) await trash.files.ensureHome({ id: userId, username })
    jobs = createTestJobs(database, provider)
    jobs.kinds.register(trashPrune({ bin: trash.trash, retention: () => trash.retention, diskSize: async () => 1_000 }))
    await jobs.start()
  })
  afterEach(async () => {
    await jobs.stop()
    await trash.close()
  })

  const put = async (path: string, size: number, days: number) => {
    writeFileSync(`${trash.folder}${path}`, 'x'.repeat(size))
    const { trashItemId = '' } = await trash.files.deleteFile(path.startsWith('/ben') ? ben : carl, { path, permanently: false })
    await database.trashItem.update({ where: { id: trashItemId }, data: { deletedAt: new Date(Date.now() - days * 86_400_000) } })
  }
  const left = async () => (await database.trashItem.findMany({ orderBy: { id: 'asc' } })).map(({ path }) => path)
  const prune = async () => {
    const { id } = await jobs.queue.add(system, { kind: 'trash_prune', input: {} })
    const { result } = await untilState(database, id, 'SUCCEEDED')
    await trash.removals.settled()
    return result
  }

  test('what was there long enough goes, and of each trash the oldest that is too much', async () => {
    for (let index = 0; index < 120; index++) await put(`/ben/old ${index}`, 1, 31)
    await put('/ben/a', 60, 29)
    await put('/ben/b', 50, 3)
    await put('/ben/c', 40, 2)
    await put('/carl/d', 100, 1)
    // A tenth of the disk: 100 bytes each.
    expect(await prune()).toEqual({ expired: 120, overSize: 1, bytes: 180 })
    expect(await left()).toEqual(['/ben/b', '/ben/c', '/carl/d'])
    expect(readdirSync(`${trash.folder}/.baluhost/trash`)).toHaveLength(3)
    expect(readdirSync(`${trash.folder}/.baluhost/removing`)).toEqual([])
    expect(await prune()).toEqual({ expired: 0, overSize: 0, bytes: 0 })
  })

  test('nothing goes by itself where administrators said so', async () => {
    await put('/ben/a', 500, 4_000)
    trash.retention = { days: 0, percent: 0 }
    expect(await prune()).toEqual({ expired: 0, overSize: 0, bytes: 0 })
    trash.retention = { days: 0, percent: 10 }
    expect(await prune()).toEqual({ expired: 0, overSize: 1, bytes: 500 })
  })
})
