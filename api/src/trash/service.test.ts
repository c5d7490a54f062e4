import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor, SignedInActor } from '../auth/model.ts'
import type { Scope } from '../auth/scopes.ts'
import { childPath, parsePath, rootPath } from '../files/path.ts'
import { createTestDatabase, hasPostgres, testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { numberedName, type RestoreConflict, type TrashScope } from './model.ts'
import { createTestTrash, type TestTrash } from './test-trash.ts'

const admin = testActor('anna', 'ADMIN')
const ben = testActor('ben')
const carl = testActor('carl')
const vera = testActor('vera', 'VIEWER')
const postgres = await hasPostgres()

describe.each(['sqlite', 'postgresql'] as const)('TrashService on %s', (provider) => {
  if (provider === 'postgresql' && !postgres) {
    test.skip('needs a PostgreSQL server', () => {})
    return
  }
  let database: Database
  let drop: () => Promise<void>
  let trash: TestTrash

  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
  })
  afterAll(() => drop())
  beforeEach(async () => {
    trash = await createTestTrash(database)
    for (const { userId, username } of [admin, ben, carl, vera]) await trash.files.ensureHome({ id: userId, username })
  })
  afterEach(() => trash.close())

  const disk = (path: string) => `${trash.folder}${path}`
  const inTrash = () => readdirSync(disk('/.baluhost/trash'))
  const failure = (code: string, field?: string) => expect.objectContaining({ code, ...(field ? { field } : {}) })
  const remove = async (actor: Actor, path: string) => (await trash.files.deleteFile(actor, { path, permanently: false })).trashItemId ?? ''
  const list = (actor: Actor, scope: TrashScope = 'MINE') =>
    trash.service.list(actor, scope, { after: null, limit: 100, newestFirst: true })
  const paths = async (actor: Actor, scope: TrashScope = 'MINE') => (await list(actor, scope)).map(({ path }) => path)
  const restore = (actor: Actor, id: string, to: string | null = null, ifExists: RestoreConflict = 'FAIL') =>
    trash.service.restore(actor, { id, to, ifExists })
  const open = (path: string) =>
    trash.files.list(admin, path, { order: { field: 'NAME', direction: 'ASC' }, limit: 500, after: null, offset: 0 })

  test('a deletion moves into the trash, a restoration brings the same rows back, with all below', async () => {
    mkdirSync(disk('/ben/dir/in'), { recursive: true })
    writeFileSync(disk('/ben/dir/in/a.txt'), 'hello')
    const dir = await trash.files.find(ben, '/ben/dir')
    const file = await trash.files.find(ben, '/ben/dir/in/a.txt')
    const id = await remove(ben, '/ben/dir')
    expect(existsSync(disk('/ben/dir'))).toBe(false)
    expect(await trash.files.find(ben, '/ben/dir/in/a.txt')).toBeNull()
    expect(readFileSync(disk(`/.baluhost/trash/${id}/in/a.txt`), 'utf8')).toBe('hello')
    await trash.trash.sizes.settled()
    const [item] = await list(ben)
    expect(item).toMatchObject({ id, name: 'dir', path: '/ben/dir', isFolder: true, size: 5, sizeIsExact: true, deletedByName: 'ben' })
    expect((item?.expiresAt?.getTime() ?? 0) - (item?.deletedAt.getTime() ?? 0)).toBe(30 * 86_400_000)
    expect(await trash.service.totals(ben, 'MINE')).toEqual({ count: 1, size: 5 })

    expect(await restore(ben, id)).toMatchObject({ id: dir?.id, path: '/ben/dir' })
    expect(await trash.files.find(ben, '/ben/dir/in/a.txt')).toMatchObject({ id: file?.id, size: 5 })
    expect([inTrash(), await list(ben)]).toEqual([[], []])
    await expect(restore(ben, id)).rejects.toEqual(failure('TRASH_ITEM_NOT_FOUND', 'id'))
    expect(trash.audited.map(({ action, target, result }) => [action, target, result])).toEqual([
      ['files.delete', '/ben/dir', 'ok'],
      ['trash.restore', '/ben/dir', 'ok'],
      ['trash.restore', id, 'TRASH_ITEM_NOT_FOUND'],
    ])
  })

  test('what is deleted from a home is the home’s owner’s, everything else of who deleted it; administrators see all', async () => {
    for (const path of ['/ben/own', '/ben/by-anna', '/Shared/bens', '/Shared/carls']) writeFileSync(disk(path), 'x')
    const own = await remove(ben, '/ben/own')
    await remove(admin, '/ben/by-anna')
    const bens = await remove(ben, '/Shared/bens')
    const carls = await remove(carl, '/Shared/carls')
    expect(await paths(ben)).toEqual(['/Shared/bens', '/ben/by-anna', '/ben/own'])
    expect(await paths(carl)).toEqual(['/Shared/carls'])
    expect(await paths(admin)).toEqual([])
    expect(await paths(admin, 'EVERYBODY')).toHaveLength(4)
    await expect(list(ben, 'EVERYBODY')).rejects.toEqual(failure('FORBIDDEN'))
    await expect(trash.service.watch(ben, 'EVERYBODY')).rejects.toEqual(failure('FORBIDDEN'))
    await expect(trash.service.empty(ben, 'EVERYBODY')).rejects.toEqual(failure('FORBIDDEN'))

    await expect(restore(carl, bens)).rejects.toEqual(failure('TRASH_ITEM_NOT_FOUND'))
    await expect(trash.service.deleteItems(carl, [carls, own])).rejects.toEqual(failure('TRASH_ITEM_NOT_FOUND', 'ids'))
    expect(inTrash()).toHaveLength(4)
    // Whoever sees it may only put it where they may write.
    await expect(restore(ben, bens, '/anna/x')).rejects.toEqual(failure('FILE_NOT_FOUND', 'to'))
    await expect(restore(ben, bens, '/x')).rejects.toEqual(failure('FILE_NOT_FOUND', 'to'))
    await expect(restore(ben, bens, '/ben')).rejects.toEqual(failure('FORBIDDEN'))
    expect(await restore(admin, own)).toMatchObject({ path: '/ben/own' })
    expect(await restore(ben, bens, '/ben/mine now')).toMatchObject({ path: '/ben/mine now' })
  })

  test('a viewer may not, and a key only what its scopes say', async () => {
    writeFileSync(disk('/ben/a'), 'a')
    const id = await remove(ben, '/ben/a')
    const key = (...scopes: Scope[]): SignedInActor => ({ ...ben, scopes: new Set(scopes) })
    const was: SignedInActor = { ...ben, role: 'VIEWER' }
    await expect(trash.files.deleteFile(vera, { path: '/vera/a', permanently: false })).rejects.toEqual(failure('FORBIDDEN'))
    expect(await paths(was)).toEqual(['/ben/a'])
    expect(await paths(key('files:read'))).toEqual(['/ben/a'])
    await expect(list(key('files:write'))).rejects.toEqual(failure('FORBIDDEN'))
    for (const actor of [was, key('files:read')]) {
      await expect(restore(actor, id)).rejects.toEqual(failure('FORBIDDEN'))
      await expect(trash.service.deleteItems(actor, [id])).rejects.toEqual(failure('FORBIDDEN'))
      await expect(trash.service.empty(actor, 'MINE')).rejects.toEqual(failure('FORBIDDEN'))
    }
    expect(() => trash.service.retention(ben)).toThrow(failure('FORBIDDEN'))
    await expect(trash.service.changeRetention(ben, { days: 1, percent: null })).rejects.toEqual(failure('FORBIDDEN'))
    expect(await trash.service.changeRetention(admin, { days: 7, percent: null })).toEqual({ days: 7, percent: 10 })
    expect(await restore(key('files:write'), id)).toMatchObject({ path: '/ben/a' })
  })

  test('it goes back even where its folder is gone, and beside what has its name only when asked', async () => {
    mkdirSync(disk('/ben/x/y'), { recursive: true })
    writeFileSync(disk('/ben/x/y/report.pdf'), 'old')
    const first = await remove(ben, '/ben/x/y/report.pdf')
    await remove(ben, '/ben/x')
    const restored = await restore(ben, first)
    expect(restored).toMatchObject({ path: '/ben/x/y/report.pdf', ownerId: ben.userId })
    const again = await remove(ben, '/ben/x/y/report.pdf')
    writeFileSync(disk('/ben/x/y/report.pdf'), 'new')
    await expect(restore(ben, again)).rejects.toEqual(failure('NAME_TAKEN', 'to'))
    expect(await restore(ben, again, null, 'KEEP_BOTH')).toMatchObject({ id: restored.id, name: 'report (2).pdf' })
    expect(readFileSync(disk('/ben/x/y/report.pdf'), 'utf8')).toBe('new')
    expect(readFileSync(disk('/ben/x/y/report (2).pdf'), 'utf8')).toBe('old')
    const [folder] = await list(ben)
    await expect(restore(ben, folder?.id ?? '')).rejects.toEqual(failure('NAME_TAKEN'))
    expect(await restore(ben, folder?.id ?? '', null, 'KEEP_BOTH')).toMatchObject({ path: '/ben/x (2)', isFolder: true })
    writeFileSync(disk('/ben/file'), '')
    writeFileSync(disk('/ben/other'), '')
    const id = await remove(ben, '/ben/other')
    await expect(restore(ben, id, '/ben/file/other')).rejects.toEqual(failure('NOT_A_FOLDER', 'to'))
    // Nobody's home is made again by a restoration.
    await trash.files.moveFile(admin, { from: '/carl', to: '/anna/carl', replace: false }).catch(() => {})
    await expect(restore(admin, id, '/nobody/other')).rejects.toEqual(failure('FILE_NOT_FOUND', 'to'))
    expect(await restore(ben, id)).toMatchObject({ path: '/ben/other' })
  })

  test('deleting for good and emptying give back the space and the rows, of one’s own trash only', async () => {
    mkdirSync(disk('/ben/dir'))
    for (let index = 0; index < 250; index++) writeFileSync(disk(`/ben/dir/${index}`), 'x')
    await open('/ben/dir')
    for (const name of ['a', 'b']) writeFileSync(disk(`/ben/${name}`), name)
    writeFileSync(disk('/carl/c'), 'c')
    const rows = await database.fileEntry.count()
    const dir = await remove(ben, '/ben/dir')
    const [a, b] = [await remove(ben, '/ben/a'), await remove(ben, '/ben/b')]
    await remove(carl, '/carl/c')
    await trash.trash.sizes.settled()
    expect(await trash.service.deleteItems(ben, [dir, a, a])).toEqual({ count: 2, size: 251 })
    await trash.removals.settled()
    expect(await database.fileEntry.count()).toBe(rows - 251 + 2)
    expect(readdirSync(disk('/.baluhost/removing'))).toEqual([])
    await expect(trash.service.deleteItems(ben, [a])).rejects.toEqual(failure('TRASH_ITEM_NOT_FOUND'))
    await expect(trash.service.deleteItems(ben, [])).rejects.toEqual(failure('INVALID_INPUT'))
    expect(await trash.service.empty(ben, 'MINE')).toEqual({ count: 1, size: 1 })
    expect(inTrash()).toHaveLength(1)
    await expect(restore(ben, b)).rejects.toEqual(failure('TRASH_ITEM_NOT_FOUND'))
    expect(await trash.service.empty(admin, 'EVERYBODY')).toEqual({ count: 1, size: 1 })
    expect(inTrash()).toEqual([])
  })

  test('of two who restore the same one gets it, and of two deletions one', async () => {
    writeFileSync(disk('/ben/a'), 'a')
    const deleted = await Promise.allSettled([remove(ben, '/ben/a'), remove(admin, '/ben/a')])
    expect(deleted.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const [item] = await list(ben)
    const id = item?.id ?? ''
    const all = await Promise.allSettled([restore(ben, id), restore(admin, id, '/anna/a'), trash.service.deleteItems(ben, [id])])
    expect(all.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const one of all) if (one.status === 'rejected') expect(one.reason).toEqual(failure('TRASH_ITEM_NOT_FOUND'))
    expect(await database.trashItem.count()).toBe(0)
  })

  test('pages go by the time of deletion, either way', async () => {
    for (let index = 0; index < 5; index++) {
      writeFileSync(disk(`/ben/${index}`), '')
      await remove(ben, `/ben/${index}`)
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    const page = async (after: string | null, newestFirst: boolean) => trash.service.list(ben, 'MINE', { after, limit: 2, newestFirst })
    const first = await page(null, true)
    expect(first.map(({ name }) => name)).toEqual(['4', '3'])
    expect((await page(first[1]?.id ?? '', true)).map(({ name }) => name)).toEqual(['2', '1'])
    expect((await page(null, false)).map(({ name }) => name)).toEqual(['0', '1'])
    await expect(page('no cursor', true)).rejects.toEqual(failure('INVALID_INPUT', 'after'))
  })

  test('whoever watches is told of what comes, is counted and leaves, and of nobody else’s', async () => {
    mkdirSync(disk('/ben/dir'))
    writeFileSync(disk('/carl/c'), 'c')
    const reader = await trash.service.watch(ben, 'MINE')
    expect((await reader.next()).value).toMatchObject({ scope: 'MINE' })
    let frames = 0
    const reading = (async () => {
      for await (const _ of reader) frames += 1
    })()
    await remove(carl, '/carl/c')
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(frames).toBe(0)
    const id = await remove(ben, '/ben/dir')
    await trash.trash.sizes.settled()
    await expect.poll(() => frames).toBeGreaterThanOrEqual(1)
    const before = frames
    await restore(ben, id)
    await expect.poll(() => frames).toBeGreaterThan(before)
    await reader.return()
    await reading
  })

  test('a home that gets another name or owner takes its trash along; one that goes for good does not leave it', async () => {
    writeFileSync(disk('/ben/a'), 'a')
    writeFileSync(disk('/Shared/s'), 's')
    const id = await remove(ben, '/ben/a')
    await remove(ben, '/Shared/s')
    await trash.trash.redirect(childPath(rootPath, 'ben'), parsePath('/anna/From ben'))
    await trash.trash.changeOwner(ben.userId, admin.userId)
    expect(await paths(ben)).toEqual([])
    expect(await paths(admin)).toEqual(['/Shared/s', '/anna/From ben/a'])
    expect(await restore(admin, id)).toMatchObject({ path: '/anna/From ben/a' })
    await remove(admin, '/anna/From ben/a')
    await trash.trash.discardBelow(childPath(rootPath, 'anna'))
    expect(await paths(admin)).toEqual(['/Shared/s'])
  })

  test('a start adopts what lies in the trash unknown, and forgets what does not lie there', async () => {
    for (const name of ['a', 'b', 'c']) writeFileSync(disk(`/ben/${name}`), name)
    const [a, b] = [await remove(ben, '/ben/a'), await remove(ben, '/ben/b')]
    await database.trashItem.delete({ where: { id: a } })
    rmSync(disk(`/.baluhost/trash/${b}`))
    writeFileSync(disk('/.baluhost/trash/not the server’s'), '')
    const rows = await database.fileEntry.count({ where: { parentId: -3 } })
    expect(rows).toBe(2)
    const again = await createTestTrash(database, trash.folder)
    expect(await again.service.list(ben, 'MINE', { after: null, limit: 10, newestFirst: true })).toEqual([])
    const [found] = await again.service.list(admin, 'EVERYBODY', { after: null, limit: 10, newestFirst: true })
    expect(found).toMatchObject({ id: a, name: a, ownerId: null, size: 1 })
    expect(await again.service.restore(admin, { id: a, to: '/ben/a', ifExists: 'FAIL' })).toMatchObject({
      path: '/ben/a',
      ownerId: ben.userId,
    })
    await again.close()
  })

  test('another link to what lies in the trash is an entry of its own', async () => {
    mkdirSync(disk('/ben/dir'))
    writeFileSync(disk('/ben/dir/a'), 'a')
    linkSync(disk('/ben/dir/a'), disk('/Shared/link'))
    await open('/ben/dir')
    await open('/Shared')
    const inside = await trash.files.find(ben, '/ben/dir/a')
    const id = await remove(ben, '/ben/dir')
    renameSync(disk('/Shared/link'), disk('/Shared/renamed'))
    linkSync(disk('/Shared/renamed'), disk('/Shared/again'))
    await open('/Shared')
    await restore(ben, id)
    expect(await trash.files.find(ben, '/ben/dir/a')).toMatchObject({ id: inside?.id })
  })
})

test('a numbered name stays a name', () => {
  expect(numberedName('a.tar.gz', 2, false)).toBe('a.tar (2).gz')
  expect(numberedName('v1.2', 3, true)).toBe('v1.2 (3)')
  expect(numberedName('.hidden', 2, false)).toBe('.hidden (2)')
  const long = numberedName(`${'ä'.repeat(125)}.txt`, 2, false)
  expect(long.endsWith(' (2).txt')).toBe(true)
  expect(Buffer.byteLength(long)).toBeLessThanOrEqual(255)
})
