import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor, SignedInActor } from '../auth/model.ts'
import type { Scope } from '../auth/scopes.ts'
import { CopiesService } from '../files/copies.ts'
import { fileCopy } from '../files/copy-job.ts'
import { CopyStaging } from '../files/copy-staging.ts'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, hasPostgres, type TestStorage, testActor } from '../files/test-storage.ts'
import { createTusClient } from '../files/test-tus.ts'
import { createTestJobs, system, untilState } from '../jobs/test-jobs.ts'
import type { Database } from '../platform/db.ts'
import { versionPrune } from './prune.ts'
import type { VersionsService } from './service.ts'
import { testVersions } from './test-versions.ts'

const admin = testActor('anna', 'ADMIN')
const ben = testActor('ben')
const carl = testActor('carl')
const vera = testActor('vera', 'VIEWER')
const postgres = await hasPostgres()

describe.each(['sqlite', 'postgresql'] as const)('VersionsService on %s', (provider) => {
  if (provider === 'postgresql' && !postgres) {
    test.skip('needs a PostgreSQL server', () => {})
    return
  }
  let database: Database
  let drop: () => Promise<void>
  let storage: TestStorage
  let server: TestServer
  let versions: VersionsService

  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
  })
  afterAll(() => drop())
  beforeEach(async () => {
    storage = await createTestStorage(database)
    server = await startTestServer(storage)
    versions = testVersions(storage)
    for (const { userId, username } of [admin, ben, carl, vera]) await storage.files.ensureHome({ id: userId, username })
  })
  afterEach(async () => {
    await server.close()
    await storage.close()
  })

  const disk = (path: string) => `${storage.folder}${path}`
  const stored = () => readdirSync(disk('/.baluhost/versions'))
  const failure = (code: string) => expect.objectContaining({ code })
  const tus = createTusClient(() => server)
  const upload = async (path: string, content: string) => {
    const location = tus.locationOf(await tus.create(path, content.length, { replace: 'true' }))
    expect((await tus.patch(location, 0, Buffer.from(content))).status).toBe(204)
  }
  const page = (path: string, before: number | null, actor: Actor = ben) =>
    storage.files.find(admin, path).then((file) => versions.list(actor, { id: file?.id ?? 0, path }, { before, limit: 100 }))
  const list = (path: string, actor: Actor = ben) => page(path, null, actor)
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(`${server.origin}/files${path}`, { headers: { 'x-user': 'ben', ...headers } })
  const textOf = async (path: string) => (await get(path)).text()

  test('an upload that replaces keeps what was there: with its number, checksum, times and who replaced it', async () => {
    await upload('/ben/a.txt', 'first')
    const first = await storage.files.find(ben, '/ben/a.txt')
    await upload('/ben/a.txt', 'second')
    await upload('/ben/a.txt', 'third one')
    expect(readFileSync(disk('/ben/a.txt'), 'utf8')).toBe('third one')
    expect(await list('/ben/a.txt')).toMatchObject([
      { number: 2, size: 6, replacedByName: 'ben' },
      { number: 1, size: 5, sha256: first?.sha256, modifiedAt: first?.modifiedAt, replacedAt: expect.any(Date) },
    ])
    expect(await versions.totals(ben, { id: first?.id ?? 0, path: '/ben/a.txt' })).toEqual({ count: 2, size: 11 })
    expect(await page('/ben/a.txt', 2)).toMatchObject([{ number: 1 }])
    expect((await storage.files.find(ben, '/ben/a.txt'))?.id).toBe(first?.id)
    expect(await textOf('/ben/a.txt?version=1')).toBe('first')
    expect(await textOf('/ben/a.txt')).toBe('third one')
  })

  test('a version is read as files are: with ranges, conditions, its checksum, and by those who see the file alone', async () => {
    await upload('/ben/a.txt', 'first')
    await upload('/ben/a.txt', 'second')
    const whole = await get('/ben/a.txt?version=1&download')
    expect(whole.headers.get('content-disposition')).toContain('attachment')
    expect(whole.headers.get('repr-digest')).toMatch(/^sha-256=:/)
    const etag = whole.headers.get('etag') ?? ''
    expect(etag).not.toBe((await get('/ben/a.txt')).headers.get('etag'))
    expect((await get('/ben/a.txt?version=1', { 'if-none-match': etag })).status).toBe(304)
    const part = await get('/ben/a.txt?version=1', { range: 'bytes=1-2' })
    expect([part.status, await part.text()]).toEqual([206, 'ir'])
    expect((await get('/ben/a.txt?version=2')).status).toBe(404)
    for (const wrong of ['0', 'x', '99999999999']) expect((await get(`/ben/a.txt?version=${wrong}`)).status).toBeGreaterThanOrEqual(404)
    expect((await get('/ben/a.txt?version=1', { 'x-user': 'carl' })).status).toBe(404)
    expect((await get('/ben?version=1')).status).toBe(409)
    await expect(list('/ben/a.txt', carl)).rejects.toEqual(failure('FILE_NOT_FOUND'))
  })

  test('a file that is moved over another inherits its versions, and a copy keeps what it replaces', async () => {
    await upload('/ben/a.txt', 'a1')
    await upload('/ben/a.txt', 'a2')
    await upload('/ben/b.txt', 'b1')
    await upload('/ben/b.txt', 'b2')
    await storage.files.moveFile(ben, { from: '/ben/b.txt', to: '/ben/a.txt', replace: true })
    const contents = async (path: string) => Promise.all((await list(path)).map(async ({ number }) => textOf(`${path}?version=${number}`)))
    expect(await contents('/ben/a.txt')).toEqual(['a2', 'a1', 'b1'])

    const jobs = createTestJobs(database, provider)
    const { jail, removals, tree } = storage
    const staging = new CopyStaging({ database, jail, removals })
    const audit = { record: async () => {} }
    jobs.kinds.register(fileCopy({ tree, staging, audit }))
    await database.user.create({
      data: { id: ben.userId, username: 'ben', usernameKey: 'ben', role: 'USER', passwordHash: null, createdAt: new Date() },
    })
    await jobs.start()
    const copies = new CopiesService({ tree, queue: jobs.queue, audit })
    await upload('/ben/c.txt', 'c1')
    const { id } = await copies.copyFile(ben, { from: '/ben/a.txt', to: '/ben/c.txt', replace: true, idempotencyKey: null })
    await untilState(database, id, 'SUCCEEDED')
    expect(readFileSync(disk('/ben/c.txt'), 'utf8')).toBe('b2')
    expect(await contents('/ben/c.txt')).toEqual(['c1'])
    expect(await list('/ben/c.txt')).toMatchObject([{ replacedByName: 'ben' }])
    await jobs.stop()
    await database.user.deleteMany()
  })

  test('a version becomes the content again, and what was the content a version; others are removed', async () => {
    await upload('/ben/a.txt', 'first')
    const first = await storage.files.find(ben, '/ben/a.txt')
    await upload('/ben/a.txt', 'second')
    const frames = await storage.files.watchFolder(ben, '/ben')
    await frames.next()
    expect(await versions.restore(ben, { path: '/ben/a.txt', version: 1 })).toMatchObject({ id: first?.id, size: 5, sha256: first?.sha256 })
    expect([...(await frames.next()).value.changed.values()]).toMatchObject([{ name: 'a.txt', size: 5 }])
    await frames.return()
    expect(await textOf('/ben/a.txt')).toBe('first')
    expect(await list('/ben/a.txt')).toMatchObject([{ number: 2, size: 6 }])
    await expect(versions.restore(ben, { path: '/ben/a.txt', version: 1 })).rejects.toEqual(failure('VERSION_NOT_FOUND'))
    expect(await versions.deleteVersion(ben, { path: '/ben/a.txt', version: 2 })).toMatchObject({ number: 2 })
    expect([await list('/ben/a.txt'), stored()]).toEqual([[], []])
    await expect(versions.deleteVersion(ben, { path: '/ben/a.txt', version: 2 })).rejects.toEqual(failure('VERSION_NOT_FOUND'))
    expect(storage.audited.filter(({ action }) => action.startsWith('versions.')).map(({ action, result }) => [action, result])).toEqual([
      ['versions.restore', 'ok'],
      ['versions.restore', 'VERSION_NOT_FOUND'],
      ['versions.delete', 'ok'],
      ['versions.delete', 'VERSION_NOT_FOUND'],
    ])
  })

  test('a viewer may only look, a key does what its scopes say, and others find nothing', async () => {
    await upload('/Shared/a.txt', 'first')
    await upload('/Shared/a.txt', 'second')
    const wish = { path: '/Shared/a.txt', version: 1 }
    const key = (...scopes: Scope[]): SignedInActor => ({ ...ben, scopes: new Set(scopes) })
    expect(await list('/Shared/a.txt', vera)).toHaveLength(1)
    for (const actor of [vera, key('files:read')]) {
      await expect(versions.restore(actor, wish)).rejects.toEqual(failure('FORBIDDEN'))
      await expect(versions.deleteVersion(actor, wish)).rejects.toEqual(failure('FORBIDDEN'))
    }
    expect(versions.mayList(key('files:write'))).toBe(false)
    await expect(list('/Shared/a.txt', key('files:write'))).rejects.toEqual(failure('FORBIDDEN'))
    await upload('/ben/own', '1')
    await upload('/ben/own', '22')
    await expect(versions.restore(carl, { path: '/ben/own', version: 1 })).rejects.toEqual(failure('FILE_NOT_FOUND'))
    expect(() => versions.rules(ben)).toThrow(failure('FORBIDDEN'))
    await expect(versions.allTotals(ben)).rejects.toEqual(failure('FORBIDDEN'))
    expect(await versions.allTotals(admin)).toEqual({ count: 2, size: 6 })
    expect(await versions.changeRules(admin, { last: 3, days: null, weeks: null })).toEqual({ last: 3, days: 14, weeks: 8 })
    await expect(versions.changeRules(ben, { last: 3, days: null, weeks: null })).rejects.toEqual(failure('FORBIDDEN'))
    expect(await versions.restore(key('files:write'), wish)).toMatchObject({ size: 5 })
  })

  test('versions go into the trash and come back with their file, and are gone with it for good', async () => {
    mkdirSync(disk('/ben/dir'))
    for (const content of ['one', 'two', 'three']) await upload('/ben/dir/a.txt', content)
    const { trashItemId = '' } = await storage.files.deleteFile(ben, { path: '/ben/dir', permanently: false })
    expect(stored()).toHaveLength(2)
    await storage.trash.restore(trashItemId, { text: '/ben/dir', segments: ['ben', 'dir'] }, false)
    expect(await list('/ben/dir/a.txt')).toHaveLength(2)
    await storage.files.deleteFile(ben, { path: '/ben/dir', permanently: true })
    await storage.removals.settled()
    expect([stored(), await database.fileVersion.count(), readdirSync(disk('/.baluhost/removing'))]).toEqual([[], 0, []])
  })

  test('the rules are kept after each replacement and by the daily look, which also finds what nobody knows', async () => {
    storage.kept.rules = { last: 2, days: 0, weeks: 0 }
    for (let count = 0; count < 6; count++) await upload('/ben/a.txt', `content ${count}`)
    await expect.poll(async () => (await list('/ben/a.txt')).length, { timeout: 5_000 }).toBe(2)
    expect((await list('/ben/a.txt')).map(({ number }) => number)).toEqual([5, 4])
    await upload('/ben/gone', '1')
    await upload('/ben/gone', '22')
    // Past the server, as a shell would.
    rmSync(disk('/ben/gone'))
    await storage.files.list(ben, '/ben', { order: { field: 'NAME', direction: 'ASC' }, limit: 10, after: null, offset: 0 })
    writeFileSync(disk('/.baluhost/versions/new'), 'x')
    storage.kept.rules = { last: 1, days: 0, weeks: 0 }
    const jobs = createTestJobs(database, provider)
    jobs.kinds.register(versionPrune(storage.versions, () => storage.removals.wake()))
    await jobs.start()
    const { id } = await jobs.queue.add(system, { kind: 'version_prune', input: {} })
    const { result } = await untilState(database, id, 'SUCCEEDED')
    expect(result).toEqual({ removed: 1, orphans: 1, bytes: 10 })
    await storage.removals.settled()
    // What came a moment ago may be on its way to a row.
    expect(stored()).toHaveLength(2)
    expect(existsSync(disk('/.baluhost/versions/new'))).toBe(true)
    await jobs.stop()
  })

  test('where nothing is to be kept, nothing is; what a shell renames keeps its versions', async () => {
    storage.kept.rules = { last: 0, days: 0, weeks: 0 }
    await upload('/ben/a.txt', 'first')
    await upload('/ben/a.txt', 'second')
    expect([await list('/ben/a.txt'), stored()]).toEqual([[], []])
    storage.kept.rules = { last: 5, days: 0, weeks: 0 }
    await upload('/ben/a.txt', 'third')
    utimesSync(disk('/ben/a.txt'), new Date(), new Date())
    renameSync(disk('/ben/a.txt'), disk('/ben/renamed.txt'))
    await storage.files.list(ben, '/ben', { order: { field: 'NAME', direction: 'ASC' }, limit: 10, after: null, offset: 0 })
    expect(await list('/ben/renamed.txt')).toMatchObject([{ number: 1, size: 6 }])
  })
})
