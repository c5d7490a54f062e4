import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../auth/model.ts'
import { indexTree } from '../files/indexer.ts'
import { createTestDatabase, createTestStorage, hasPostgres, type TestStorage, testActor } from '../files/test-storage.ts'
import type { Database, DatabaseProvider } from '../platform/db.ts'
import type { SearchFilter } from './model.ts'
import { SearchService } from './service.ts'

const providers: DatabaseProvider[] = (await hasPostgres()) ? ['sqlite', 'postgresql'] : ['sqlite']
const all: SearchFilter = {
  kind: null,
  folder: null,
  minimumSize: null,
  maximumSize: null,
  modifiedSince: null,
  modifiedBefore: null,
}
const [ben, anna, admin] = [testActor('ben'), testActor('anna'), testActor('root', 'ADMIN')]

describe.each(providers)('the search on %s', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  let storage: TestStorage
  let search: SearchService
  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
    search = new SearchService({ database, provider })
  })
  afterAll(() => drop())
  beforeEach(async () => {
    storage = await createTestStorage(database)
    for (const username of ['ben', 'anna']) await storage.files.ensureHome({ id: `id-${username}`, username })
  })
  afterEach(() => storage.close())

  const disk = (path: string) => `${storage.folder}${path}`
  const put = (path: string, content = 'x') => {
    mkdirSync(disk(path.slice(0, path.lastIndexOf('/'))), { recursive: true })
    writeFileSync(disk(path), content)
  }
  const index = () => indexTree(storage.tree, { signal: new AbortController().signal, onFolder: () => {} })
  const find = async (actor: Actor, query: string, filter: Partial<SearchFilter> = {}, limit = 50) => {
    const page = await search.search(actor, { query, filter: { ...all, ...filter }, after: null, limit })
    return page.found.map(({ file }) => file.path)
  }

  test('a name is found by any of its letters, in any case, with or without accents, and by words in any order', async () => {
    for (const name of ['Straße im Schnee.jpg', 'Été à Paris.txt', 'Ｗｉｄｅ letters.md', '日本の写真.png', 'IMG_2041.JPG', 'a%b_c"d.txt'])
      put(`/ben/${name}`)
    await index()
    expect(await find(ben, 'ete')).toEqual(['/ben/Été à Paris.txt'])
    expect(await find(ben, 'PARIS été')).toEqual(['/ben/Été à Paris.txt'])
    expect(await find(ben, 'schnee')).toEqual(['/ben/Straße im Schnee.jpg'])
    expect(await find(ben, 'wide')).toEqual(['/ben/Ｗｉｄｅ letters.md'])
    expect(await find(ben, '写真.')).toEqual(['/ben/日本の写真.png'])
    expect(await find(ben, '2041')).toEqual(['/ben/IMG_2041.JPG'])
    expect(await find(ben, '%b_')).toEqual(['/ben/a%b_c"d.txt'])
    expect(await find(ben, 'c"d')).toEqual(['/ben/a%b_c"d.txt'])
    for (const query of ['', ' ', 'x%y', '___', 'paris winter', 'NEAR(a b)', '*', '"']) expect(await find(ben, query)).toEqual([])
  })

  test('names that begin with the first word come first, by name; the others newest first', async () => {
    for (const name of ['not a report.txt', 'Report 2.txt', 'report 1.txt', 'old report.txt']) put(`/ben/${name}`)
    await index()
    const found = await find(ben, 'report')
    expect(found.slice(0, 2)).toEqual(['/ben/report 1.txt', '/ben/Report 2.txt'])
    expect(found.slice(2).sort()).toEqual(['/ben/not a report.txt', '/ben/old report.txt'])
    // Two letters are no index of three: beginnings only.
    expect(await find(ben, 're')).toEqual(['/ben/report 1.txt', '/ben/Report 2.txt'])
    expect(await find(ben, 're 2')).toEqual(['/ben/Report 2.txt'])
  })

  test('nobody finds what they may not see, and pages have no gap for it', async () => {
    for (let count = 0; count < 300; count++) put(`/anna/secret plan ${count}`)
    for (let count = 0; count < 7; count++) put(`/ben/plan ${count}`)
    put('/Shared/the plan')
    await index()
    const seen: string[] = []
    let after: string | null = null
    for (let pages = 0; pages < 20; pages++) {
      const page = await search.search(ben, { query: 'plan', filter: all, after, limit: 3 })
      seen.push(...page.found.map(({ file }) => file.path))
      after = page.endCursor
      if (!page.hasMore) break
    }
    expect(seen).toEqual([...Array.from({ length: 7 }, (_, count) => `/ben/plan ${count}`), '/Shared/the plan'])
    expect(await find(anna, 'plan', {}, 500)).toHaveLength(301)
    expect(await find(admin, 'plan', {}, 500)).toHaveLength(308)
    await expect(find(ben, 'plan', { folder: '/anna' })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    await expect(
      search.search({ kind: 'anonymous', address: '', client: null, requestId: '' }, { query: 'a', filter: all, after: null, limit: 1 }),
    ).rejects.toMatchObject({
      code: 'UNAUTHENTICATED',
    })
  })

  test('each filter leaves out the rest', async () => {
    put('/ben/trip/photo.jpg', 'x'.repeat(2_000))
    put('/ben/trip/photo notes.txt', 'x'.repeat(10))
    put('/ben/photo archive.zip')
    mkdirSync(disk('/ben/photo album'))
    await index()
    expect(await find(ben, 'photo', { kind: 'IMAGE' })).toEqual(['/ben/trip/photo.jpg'])
    expect(await find(ben, 'photo', { kind: 'FOLDER' })).toEqual(['/ben/photo album'])
    expect(await find(ben, 'photo', { minimumSize: 1_000 })).toEqual(['/ben/trip/photo.jpg'])
    expect((await find(ben, 'photo', { maximumSize: 10 })).sort()).toEqual(['/ben/photo archive.zip', '/ben/trip/photo notes.txt'])
    expect((await find(ben, 'photo', { folder: '/ben/trip' })).sort()).toEqual(['/ben/trip/photo notes.txt', '/ben/trip/photo.jpg'])
    expect(await find(ben, 'photo', { modifiedBefore: new Date(Date.now() - 60_000) })).toEqual([])
    expect(await find(ben, 'photo', { modifiedSince: new Date(Date.now() - 60_000) })).toHaveLength(4)
  })

  test('what is made, renamed, moved and deleted is found where it is, and nowhere else', async () => {
    await storage.files.createFolder(ben, '/ben/Holiday')
    expect(await find(ben, 'holiday')).toEqual(['/ben/Holiday'])
    await storage.files.moveFile(ben, { from: '/ben/Holiday', to: '/Shared/Winter', replace: false })
    expect(await find(ben, 'holiday')).toEqual([])
    expect(await find(anna, 'winter')).toEqual(['/Shared/Winter'])
    await storage.files.deleteFile(ben, { path: '/Shared/Winter', permanently: true })
    expect(await find(anna, 'winter')).toEqual([])
    put('/Shared/by shell/deep/inside.txt')
    expect(await index()).toMatchObject({ unreadable: 0 })
    expect(await find(ben, 'inside')).toEqual(['/Shared/by shell/deep/inside.txt'])
    renameSync(disk('/Shared/by shell/deep/inside.txt'), disk('/Shared/by shell/deep/elsewhere.txt'))
    await index()
    expect([await find(ben, 'inside'), await find(ben, 'elsewhere')]).toEqual([[], ['/Shared/by shell/deep/elsewhere.txt']])
    rmSync(disk('/Shared/by shell'), { recursive: true })
    await index()
    await storage.removals.settled()
    expect(await find(ben, 'elsewhere')).toEqual([])
  })

  test.each([
    [{ query: 'x'.repeat(201) }, 'query'],
    [{ query: 'a\u0000' }, 'query'],
    [{ query: '\ud800abc' }, 'query'],
    [{ query: 'abc', after: 'nonsense' }, 'after'],
    [{ query: 'abc', after: Buffer.from('[1.5]').toString('base64url') }, 'after'],
    [{ query: 'abc', filter: { ...all, folder: 'relative' } }, 'filter.folder'],
  ])('%j is INVALID_INPUT', async (wish, field) => {
    await expect(search.search(ben, { filter: all, after: null, limit: 5, ...wish })).rejects.toMatchObject({
      code: 'INVALID_INPUT',
      field,
    })
  })
})
