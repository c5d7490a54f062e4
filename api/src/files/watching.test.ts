import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Reader } from '../platform/bus.ts'
import type { Database } from '../platform/db.ts'
import type { FolderFrame } from './service.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from './test-storage.ts'

const anna = testActor('anna', 'ADMIN')
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
  for (const actor of [anna, ben]) await storage.files.ensureHome({ id: actor.userId, username: actor.username })
  mkdirSync(`${storage.folder}/Shared/plans`)
})
afterEach(() => storage.close())

const move = (from: string, to: string) => storage.files.moveFile(anna, { from, to, replace: false })

/** Everything the reader still gets within a moment. */
async function rest(reader: Reader<FolderFrame>): Promise<FolderFrame[]> {
  const frames: FolderFrame[] = []
  const reading = (async () => {
    for await (const frame of reader) frames.push(frame)
  })()
  await Promise.race([reading, sleep(400)])
  await reader.return()
  return frames
}

describe('a folder that somebody watches and that leaves for where they may not look', () => {
  test('tells that it is gone, and nothing of what happens in it afterwards', async () => {
    const reader = await storage.files.watchFolder(ben, '/Shared/plans')
    expect((await reader.next()).value).toMatchObject({ reset: true, gone: false })
    const next = reader.next()
    await move('/Shared/plans', '/anna/plans')
    expect((await next).value).toMatchObject({ path: '/Shared/plans', gone: true })
    await storage.files.createFolder(anna, '/anna/plans/secret')
    expect(await rest(reader)).toEqual([])
  })

  test('also when the reader was slow and finds it all in one frame', async () => {
    const reader = await storage.files.watchFolder(ben, '/Shared/plans')
    await reader.next()
    await move('/Shared/plans', '/anna/plans')
    await storage.files.createFolder(anna, '/anna/plans/secret')
    const frames = await rest(reader)
    expect(frames).toMatchObject([{ gone: true }])
    expect(JSON.stringify(frames.map(({ changed }) => [...changed.values()]))).not.toContain('secret')
  })

  test('and whoever watches it at its new place sees what a shell does there', { timeout: 10_000 }, async () => {
    const slow = await storage.files.watchFolder(ben, '/Shared/plans')
    await move('/Shared/plans', '/anna/plans')
    const reader = await storage.files.watchFolder(anna, '/anna/plans')
    await reader.next()
    writeFileSync(`${storage.folder}/anna/plans/by-shell`, '')
    const frame = (await reader.next()).value
    expect(frame).toMatchObject({ gone: false })
    expect([...frame.changed.values()]).toMatchObject([{ path: '/anna/plans/by-shell' }])
    await Promise.all([slow.return(), reader.return()])
  })
})

test('a folder that goes away just before its watch begins is gone for its reader', async () => {
  const { tree } = storage
  const open = tree.open.bind(tree)
  let opened = 0
  tree.open = (path) => {
    opened += 1
    // The first is the reader's, the second the watch's.
    if (opened === 2) rmSync(`${storage.folder}/Shared/plans`, { recursive: true })
    return open(path)
  }
  const frames = await rest(await storage.files.watchFolder(ben, '/Shared/plans'))
  expect(frames.map(({ gone }) => gone)).toEqual([false, true])
})
