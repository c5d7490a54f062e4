import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { JobState } from '../jobs/model.ts'
import { system, untilState } from '../jobs/test-jobs.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import { type CopyIo, realIo } from './copy-file.ts'
import { lockName } from './copy-job.ts'
import { OpenFolder } from './open-folder.ts'
import { parsePath } from './path.ts'
import { createTestCopies, type TestCopies } from './test-copies.ts'
import { createTestDatabase, hasPostgres, testActor } from './test-storage.ts'

const providers: DatabaseProvider[] = (await hasPostgres()) ? ['sqlite', 'postgresql'] : ['sqlite']
const fault = (code: string) => Promise.reject(Object.assign(new Error(code), { code, syscall: 'io' }))
const ben = testActor('ben')

describe.each(providers)('a copy as it runs, on %s', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  let copies: TestCopies
  /** What the disk does this time; without it what it always does. */
  let io: Partial<CopyIo> = {}
  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
    const account = { id: ben.userId, username: 'ben', usernameKey: 'ben', role: 'USER' as const, createdAt: new Date() }
    await database.user.create({ data: account })
  })
  afterAll(() => drop())
  beforeEach(async () => {
    await database.job.deleteMany()
    await database.jobLogLine.deleteMany()
    io = {}
    copies = await createTestCopies(database, provider, {
      io: {
        read: (...given) => (io.read ?? realIo.read)(...given),
        write: (...given) => (io.write ?? realIo.write)(...given),
        sync: (...given) => (io.sync ?? realIo.sync)(...given),
      },
    })
    await copies.storage.files.ensureHome({ id: ben.userId, username: 'ben' })
    await copies.jobs.start()
  })
  afterEach(async () => {
    vi.restoreAllMocks()
    await copies.close()
  })

  const disk = (path: string) => `${copies.storage.folder}${path}`
  const staged = () => readdirSync(disk('/.baluhost/copying'))
  const copy = (from: string, to: string, replace = false) =>
    copies.copies.copyFile(ben, { from, to, replace, idempotencyKey: null }).then(({ id }) => id)
  const log = async (jobId: string) => (await database.jobLogLine.findMany({ where: { jobId } })).map(({ message }) => message).join('\n')
  const tree = (files: number) => {
    mkdirSync(disk('/ben/src/sub'), { recursive: true })
    for (let index = 0; index < files; index++) writeFileSync(disk(`/ben/src/sub/${index}`), `file ${index}`)
  }
  const ends = async (id: string, state: JobState) => {
    await expect.poll(async () => (await database.job.findUniqueOrThrow({ where: { id } })).state, { timeout: 30_000 }).toBe(state)
    return database.job.findUniqueOrThrow({ where: { id } })
  }
  /** Holds the disk at the n-th write until it is opened. */
  const gateAt = (wanted: number) => {
    const [reached, open] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    let count = 0
    io.write = async (...given) => {
      count += 1
      if (count === wanted) {
        reached.resolve()
        await open.promise
      }
      return realIo.write(...given)
    }
    return { reached: reached.promise, open: () => open.resolve() }
  }

  test('whoever looks at the folder sees the copy appear, whole, once', async () => {
    tree(3)
    const frames = await copies.storage.files.watchFolder(ben, '/ben')
    await frames.next()
    await untilState(database, await copy('/ben/src', '/ben/copy'), 'SUCCEEDED')
    let seen: string[] = []
    while (!seen.includes('copy')) seen = [...((await frames.next()).value?.changed.values() ?? [])].map(({ name }) => name)
    const page = await copies.storage.files.list(ben, '/ben/copy/sub', {
      ...{ order: { field: 'NAME', direction: 'ASC' }, limit: 10, after: null, offset: 0 },
    })
    expect(page.files.map(({ file }) => file.name)).toEqual(['0', '1', '2'])
    await frames.return()
  })

  test('a cancelled copy ends within a second and leaves nothing', async () => {
    writeFileSync(disk('/ben/large'), '')
    truncateSync(disk('/ben/large'), 40_000_000_000)
    const id = await copy('/ben/large', '/ben/copy')
    await untilState(database, id, 'RUNNING')
    await expect.poll(() => staged().length, { timeout: 10_000 }).toBe(1)
    const asked = performance.now()
    const wish = { cancelRequestedAt: new Date(), cancelledByName: 'ben' }
    await database.job.update({ where: { id }, data: wish })
    copies.jobs.runner.cancel(id, wish)
    await ends(id, 'CANCELLED')
    // A second is what is promised; a machine that runs all tests at once may be as slow again.
    expect(performance.now() - asked).toBeLessThan(2_000)
    expect(existsSync(disk('/ben/copy'))).toBe(false)
    expect(staged()).toEqual([])
    expect(await log(id)).toContain('Nothing of the copy is left.')
  })

  test('holes stay holes', async () => {
    writeFileSync(disk('/ben/holes'), 'begin')
    truncateSync(disk('/ben/holes'), 50_000_000)
    await untilState(database, await copy('/ben/holes', '/ben/copy'), 'SUCCEEDED')
    expect(statSync(disk('/ben/copy')).size).toBe(50_000_000)
    expect(statSync(disk('/ben/copy')).blocks * 512).toBeLessThan(2_000_000)
    expect(readFileSync(disk('/ben/copy')).equals(readFileSync(disk('/ben/holes')))).toBe(true)
  })

  test('a stop of the server is no end: the next start copies only what is missing', async () => {
    tree(20)
    const { reached, open } = gateAt(10)
    const id = await copy('/ben/src', '/ben/copy')
    await reached
    const stopped = copies.jobs.stop()
    open()
    await stopped
    expect(await database.job.findUniqueOrThrow({ where: { id } })).toMatchObject({ state: 'QUEUED' })
    expect(existsSync(disk('/ben/copy'))).toBe(false)
    let writes = 0
    io.write = (...given) => {
      writes += 1
      return realIo.write(...given)
    }
    await copies.jobs.start()
    expect(await untilState(database, id, 'SUCCEEDED')).toMatchObject({ attempts: 2, result: { files: 20, folders: 2 } })
    expect(writes).toBe(11)
    expect(readdirSync(disk('/ben/copy/sub')).length).toBe(20)
  })

  test('what comes under the name meanwhile is not overwritten', async () => {
    tree(3)
    writeFileSync(disk('/ben/file'), 'x')
    for (const [from, make] of [
      ['/ben/src', () => mkdirSync(disk('/ben/copy'))],
      ['/ben/file', () => writeFileSync(disk('/ben/copy'), 'mine')],
    ] as const) {
      const { reached, open } = gateAt(1)
      const id = await copy(from, '/ben/copy')
      await reached
      make()
      open()
      expect(await ends(id, 'FAILED')).toMatchObject({ errorCode: 'NAME_TAKEN', attempts: 1 })
      const stat = statSync(disk('/ben/copy'))
      expect(stat.isDirectory() ? readdirSync(disk('/ben/copy')) : readFileSync(disk('/ben/copy'), 'utf8')).toEqual(
        stat.isDirectory() ? [] : 'mine',
      )
      expect(staged()).toEqual([])
      rmSync(disk('/ben/copy'), { recursive: true })
    }
  })

  test('rights that were taken away while it waited are gone', async () => {
    tree(1)
    await copies.jobs.stop()
    const id = await copy('/ben/src', '/ben/copy')
    await database.user.update({ where: { id: ben.userId }, data: { role: 'VIEWER' } })
    await copies.jobs.start()
    expect(await ends(id, 'FAILED')).toMatchObject({ errorCode: 'FORBIDDEN' })
    await database.user.update({ where: { id: ben.userId }, data: { role: 'USER' } })
    expect(existsSync(disk('/ben/copy'))).toBe(false)
  })

  test('a file that is written to all the time is left out and named, the rest is there, and a retry fills it in', async () => {
    tree(5)
    io.read = async (handle, buffer, at) => {
      const count = await realIo.read(handle, buffer, at)
      // Each reading of it comes upon another write.
      if (buffer.subarray(0, 6).toString() === 'file 3') writeFileSync(disk('/ben/src/sub/3'), 'file 3, and more', { flag: 'a' })
      return count
    }
    const id = await copy('/ben/src', '/ben/copy')
    expect(await ends(id, 'FAILED')).toMatchObject({ errorCode: 'COPY_INCOMPLETE', attempts: 1 })
    expect(await log(id)).toMatch(/\/ben\/src\/sub\/3 could not be copied \(SOURCE_CHANGED\)/)
    expect(readdirSync(disk('/ben/copy/sub')).sort()).toEqual(['0', '1', '2', '4'])
    writeFileSync(disk('/ben/copy/sub/0'), 'changed since')
    io = {}
    await copies.jobs.service.retry({ ...ben }, id)
    const row = await ends(id, 'FAILED')
    // What somebody has changed in the copy is theirs now.
    expect(await log(id)).toMatch(/\/ben\/src\/sub\/0 could not be copied \(NAME_TAKEN\)/)
    expect(row.errorCode).toBe('COPY_INCOMPLETE')
    expect(readFileSync(disk('/ben/copy/sub/0'), 'utf8')).toBe('changed since')
    expect(readFileSync(disk('/ben/copy/sub/3'), 'utf8')).toBe(readFileSync(disk('/ben/src/sub/3'), 'utf8'))
    rmSync(disk('/ben/copy/sub/0'))
    await copies.jobs.service.retry({ ...ben }, id)
    await untilState(database, id, 'SUCCEEDED')
    expect(staged()).toEqual([])
  })

  test('a full disk, a disk that fails and a disk that lies', async () => {
    tree(5)
    for (const [given, code] of [
      [{ write: () => fault('ENOSPC') }, 'STORAGE_FULL'],
      [{ write: () => fault('EIO') }, 'UNAVAILABLE'],
      [{ sync: () => fault('EIO') }, 'UNAVAILABLE'],
      [{ write: async (handle, _buffer, at) => realIo.write(handle, Buffer.from('FILE X'), at) }, 'COPY_DIFFERS'],
    ] as const satisfies (readonly [Partial<CopyIo>, string])[]) {
      io = given
      if ('sync' in given) writeFileSync(disk('/ben/src/sub/0'), Buffer.alloc(20_000_000))
      const { id } = await copies.jobs.queue.add(system, {
        kind: 'file_copy',
        input: { from: '/ben/src', to: '/ben/copy', replace: false },
        maxAttempts: 1,
      })
      expect(await ends(id, 'FAILED'), code).toMatchObject({ errorCode: code })
      expect(existsSync(disk('/ben/copy'))).toBe(false)
      expect(staged()).toEqual([])
      if ('sync' in given) writeFileSync(disk('/ben/src/sub/0'), 'file 0')
    }
  })

  test('a file that the disk cannot read is named, and keeps nothing else from being copied', async () => {
    tree(4)
    io.read = async (handle, buffer, at) => {
      const count = await realIo.read(handle, buffer, at)
      return buffer.toString() === 'file 2' ? fault('EIO') : count
    }
    const id = await copy('/ben/src', '/ben/copy')
    expect(await ends(id, 'FAILED')).toMatchObject({ errorCode: 'COPY_INCOMPLETE' })
    expect(await log(id)).toMatch(/\/ben\/src\/sub\/2 could not be copied \(UNAVAILABLE\)/)
    expect(readdirSync(disk('/ben/copy/sub')).sort()).toEqual(['0', '1', '3'])
    const alone = await copies.jobs.queue.add(system, {
      kind: 'file_copy',
      input: { from: '/ben/src/sub/2', to: '/ben/2' },
      maxAttempts: 1,
    })
    expect(await ends(alone.id, 'FAILED')).toMatchObject({ errorCode: 'UNAVAILABLE' })
    expect(existsSync(disk('/ben/2'))).toBe(false)
  })

  test('more than fits is refused before anything is written', async () => {
    writeFileSync(disk('/ben/huge'), Buffer.alloc(100_000))
    tree(3)
    vi.spyOn(OpenFolder.prototype, 'space').mockResolvedValue({ bsize: 1, blocks: 1_000, bfree: 10, bavail: 10 })
    await expect(copy('/ben/huge', '/ben/copy')).rejects.toMatchObject({ code: 'STORAGE_FULL' })
    const { id } = await copies.jobs.queue.add(system, { kind: 'file_copy', input: { from: '/ben/src', to: '/ben/copy' }, maxAttempts: 1 })
    expect(await ends(id, 'FAILED')).toMatchObject({ errorCode: 'STORAGE_FULL' })
    expect(staged()).toEqual([])
  })

  test('what a process that was killed while cancelling left behind goes at the next copy', async () => {
    tree(1)
    mkdirSync(disk('/.baluhost/copying/01gone/whole'), { recursive: true })
    await untilState(database, await copy('/ben/src', '/ben/copy'), 'SUCCEEDED')
    expect(staged()).toEqual([])
  })

  test('two copies to one name go one after the other; the second is refused', async () => {
    tree(3)
    const { reached, open } = gateAt(1)
    const first = await copy('/ben/src', '/ben/copy')
    await reached
    const second = await copy('/ben/src', '/ben/copy')
    expect(await untilState(database, second, 'WAITING')).toMatchObject({ waitingFor: 'LOCK' })
    open()
    await untilState(database, first, 'SUCCEEDED')
    expect(await ends(second, 'FAILED')).toMatchObject({ errorCode: 'NAME_TAKEN' })
  })

  test('the lock of the longest path fits into an index', async () => {
    const long = parsePath(`/ben${'/a'.repeat(2_000)}`)
    expect(lockName(long).length).toBeLessThan(100)
    expect(lockName(long)).not.toBe(lockName(parsePath(`${long.text}b`)))
  })
})
