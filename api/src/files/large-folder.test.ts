import { closeSync, mkdirSync, openSync, unlinkSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../platform/db.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from './test-storage.ts'

const count = 100_000
const ben = testActor('ben')
let database: Database
let drop: () => Promise<void>
let storage: TestStorage

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
  storage = await createTestStorage(database)
  await storage.files.ensureHome({ id: ben.userId, username: 'ben' })
  mkdirSync(`${storage.folder}/ben/many`)
  for (let index = 0; index < count; index++) closeSync(openSync(`${storage.folder}/ben/many/file ${index}.txt`, 'w'))
}, 120_000)
afterAll(async () => {
  await storage.close()
  await drop()
}, 60_000)

const page = (offset: number, after: string | null = null) =>
  storage.files.list(ben, '/ben/many', { order: { field: 'NAME', direction: 'ASC' }, limit: 101, after, offset })

/** How long it took, and for how long at most nothing else could run meanwhile; both in milliseconds. */
async function timed(task: () => Promise<unknown>): Promise<{ took: number; blocked: number }> {
  const delay = monitorEventLoopDelay({ resolution: 2 })
  delay.enable()
  const started = performance.now()
  await task()
  const took = performance.now() - started
  delay.disable()
  return { took: Math.round(took * 10) / 10, blocked: Math.round(delay.max / 1e5) / 10 }
}

test('100,000 entries in one folder are listed in order, and later pages do not read the folder again', { timeout: 120_000 }, async () => {
  const first = await timed(() => page(0))
  await new Promise((resolve) => setTimeout(resolve, 100))
  expect((await page(0)).totalCount).toBe(count)
  const figures: Record<string, unknown> = { first }
  for (const offset of [0, 100, 25_000, 50_000, 75_000, 99_900]) {
    const runs: number[] = []
    for (let run = 0; run < 5; run++) runs.push((await timed(() => page(offset))).took)
    figures[`page at ${offset}`] = runs.sort((a, b) => a - b)[2]
  }
  const names = (await page(50_000)).files.map(({ file }) => file.name)
  expect(names.slice(0, 3)).toEqual(['file 50000.txt', 'file 50001.txt', 'file 50002.txt'])
  const cursor = (await page(60_000)).files.at(-1)?.cursor ?? null
  figures['page by cursor'] = (await timed(() => page(0, cursor))).took
  expect((await page(0, cursor)).files[0]?.file.name).toBe('file 60101.txt')

  figures['after own change'] = await timed(async () => {
    await storage.files.createFolder(ben, '/ben/many/new')
    expect((await page(0)).files[0]?.file.name).toBe('new')
  })
  writeFileSync(`${storage.folder}/ben/many/by shell`, '')
  unlinkSync(`${storage.folder}/ben/many/file 7.txt`)
  figures['after a shell'] = await timed(async () => expect((await page(0)).totalCount).toBe(count + 1))
  if (process.env['BALUHOST_TEST_FIGURES']) console.log(figures)
})
