import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Actor } from '../auth/model.ts'
import type { Database } from '../platform/db.ts'
import type { FileOrder } from './model.ts'
import { createTestDatabase, createTestStorage, hasPostgres, type TestStorage, testActor } from './test-storage.ts'

const admin = testActor('anna', 'ADMIN')
const ben = testActor('ben')
const vera = testActor('vera', 'VIEWER')
const byName: FileOrder = { field: 'NAME', direction: 'ASC' }
const postgres = await hasPostgres()

describe.each(['sqlite', 'postgresql'] as const)('FilesService on %s', (provider) => {
  if (provider === 'postgresql' && !postgres) {
    test.skip('needs a PostgreSQL server', () => {})
    return
  }
  let database: Database
  let drop: () => Promise<void>
  let storage: TestStorage

  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
  })
  afterAll(() => drop())
  beforeEach(async () => {
    storage = await createTestStorage(database)
    for (const actor of [admin, ben, vera]) await storage.files.ensureHome({ id: actor.userId, username: actor.username })
  })
  afterEach(() => storage.close())

  const disk = (path: string) => `${storage.folder}${path}`
  const list = (actor: Actor, path: string, order = byName, limit = 500, after: string | null = null, offset = 0) =>
    storage.files.list(actor, path, { order, limit, after, offset })
  const names = async (actor: Actor, path: string, order = byName) => (await list(actor, path, order)).files.map(({ file }) => file.name)
  const failure = (code: string) => expect.objectContaining({ code })

  test('an administrator sees every home and Shared, others their own and Shared, nobody the server’s own folder', async () => {
    expect(await names(admin, '/')).toEqual(['anna', 'ben', 'Shared', 'vera'])
    expect(await names(ben, '/')).toEqual(['ben', 'Shared'])
    expect((await list(ben, '/')).totalCount).toBe(2)
    await expect(names(ben, '/anna')).rejects.toEqual(failure('FILE_NOT_FOUND'))
    await expect(names(ben, '/nobody')).rejects.toEqual(failure('FILE_NOT_FOUND'))
    expect(await storage.files.find(ben, '/anna')).toBeNull()
    await expect(names(admin, '/.baluhost')).rejects.toEqual(failure('INVALID_INPUT'))
    await expect(names({ kind: 'anonymous', address: '', client: null, requestId: '' }, '/')).rejects.toEqual(failure('UNAUTHENTICATED'))
  })

  test('a viewer reads and changes nothing; nobody changes the top', async () => {
    writeFileSync(disk('/vera/a'), 'x')
    expect(await names(vera, '/vera')).toEqual(['a'])
    await expect(storage.files.createFolder(vera, '/vera/new')).rejects.toEqual(failure('FORBIDDEN'))
    await expect(storage.files.deleteFile(vera, { path: '/vera/a', permanently: true })).rejects.toEqual(failure('FORBIDDEN'))
    await expect(storage.files.moveFile(vera, { from: '/vera/a', to: '/vera/b', replace: false })).rejects.toEqual(failure('FORBIDDEN'))
    for (const actor of [admin, ben]) {
      await expect(storage.files.createFolder(actor, '/new')).rejects.toEqual(failure('FORBIDDEN'))
      await expect(storage.files.deleteFile(actor, { path: `/${actor.username}`, permanently: true })).rejects.toEqual(failure('FORBIDDEN'))
      await expect(storage.files.moveFile(actor, { from: '/Shared', to: `/${actor.username}/S`, replace: false })).rejects.toEqual(
        failure('FORBIDDEN'),
      )
    }
    await expect(storage.files.moveFile(ben, { from: '/anna/x', to: '/ben/x', replace: false })).rejects.toEqual(failure('FILE_NOT_FOUND'))
    await expect(storage.files.moveFile(ben, { from: '/ben/x', to: '/anna/x', replace: false })).rejects.toEqual(failure('FILE_NOT_FOUND'))
    await expect(storage.files.createFolder(ben, '/anna/x')).rejects.toEqual(failure('FILE_NOT_FOUND'))
    expect(readdirSync(disk('/anna'))).toEqual([])
    const own = await storage.files.find(vera, '/vera')
    expect(own && storage.files.mayWrite(vera, own)).toBe(false)
    expect(own && storage.files.mayWrite(admin, own)).toBe(true)
  })

  test('creates folders and says what is wrong with those it does not', async () => {
    const made = await storage.files.createFolder(ben, '/ben/Fotos')
    expect(made).toMatchObject({ name: 'Fotos', path: '/ben/Fotos', isFolder: true, ownerId: ben.userId })
    expect(statSync(disk('/ben/Fotos')).isDirectory()).toBe(true)
    writeFileSync(disk('/ben/file'), '')
    await expect(storage.files.createFolder(ben, '/ben/Fotos')).rejects.toEqual(failure('NAME_TAKEN'))
    await expect(storage.files.createFolder(ben, '/ben/none/x')).rejects.toEqual(failure('FILE_NOT_FOUND'))
    await expect(storage.files.createFolder(ben, '/ben/file/x')).rejects.toEqual(failure('NOT_A_FOLDER'))
    await expect(storage.files.createFolder(ben, '/ben/../anna/x')).rejects.toEqual(failure('PATH_OUTSIDE_STORAGE'))
    await expect(storage.files.createFolder(ben, '/ben/e\u0301')).rejects.toEqual(failure('INVALID_INPUT'))
    symlinkSync('/tmp', disk('/ben/out'))
    await expect(storage.files.createFolder(ben, '/ben/out/x')).rejects.toEqual(failure('PATH_OUTSIDE_STORAGE'))
    expect(storage.audited.map(({ action, result }) => `${action} ${result}`)).toEqual([
      'files.createFolder ok',
      'files.createFolder NAME_TAKEN',
      'files.createFolder FILE_NOT_FOUND',
      'files.createFolder NOT_A_FOLDER',
      'files.createFolder PATH_OUTSIDE_STORAGE',
      'files.createFolder INVALID_INPUT',
      'files.createFolder PATH_OUTSIDE_STORAGE',
    ])
  })

  test('lists what a shell did, at once, and keeps ids over its renames', async () => {
    mkdirSync(disk('/ben/sub'))
    for (const name of ['b', 'a', 'c']) writeFileSync(disk(`/ben/${name}`), name)
    const before = new Map((await list(ben, '/ben')).files.map(({ file }) => [file.name, file.id]))
    expect([...before.keys()]).toEqual(['sub', 'a', 'b', 'c'])

    renameSync(disk('/ben/a'), disk('/ben/z'))
    unlinkSync(disk('/ben/b'))
    renameSync(disk('/ben/c'), disk('/ben/sub/c'))
    writeFileSync(disk('/ben/d'), '')
    const after = new Map((await list(ben, '/ben')).files.map(({ file }) => [file.name, file.id]))
    expect([...after.keys()]).toEqual(['sub', 'd', 'z'])
    expect(after.get('z')).toBe(before.get('a'))
    writeFileSync(disk('/ben/z'), 'longer now')
    expect((await list(ben, '/ben')).files.find(({ file }) => file.name === 'z')?.file.size).toBe(10)
  })

  test('an entry that a shell moved to another folder keeps its id, a hard link is another entry', async () => {
    mkdirSync(disk('/ben/x/deep'), { recursive: true })
    mkdirSync(disk('/ben/y'))
    writeFileSync(disk('/ben/x/deep/file'), 'f')
    const folder = await storage.files.find(ben, '/ben/x/deep')
    const file = await storage.files.find(ben, '/ben/x/deep/file')
    renameSync(disk('/ben/x/deep'), disk('/ben/y/moved'))
    execFileSync('ln', [disk('/ben/y/moved/file'), disk('/ben/y/link')])
    const listed = new Map((await list(ben, '/ben/y')).files.map(({ file }) => [file.name, file.id]))
    expect(listed.get('moved')).toBe(folder?.id)
    expect((await storage.files.find(ben, '/ben/y/moved/file'))?.id).toBe(file?.id)
    expect(listed.get('link')).not.toBe(file?.id)
    expect(await names(ben, '/ben/x')).toEqual([])
  })

  test('a folder where a file was, and the other way round', async () => {
    writeFileSync(disk('/ben/a'), '')
    mkdirSync(disk('/ben/b/c'), { recursive: true })
    await names(ben, '/ben')
    await names(ben, '/ben/b')
    unlinkSync(disk('/ben/a'))
    mkdirSync(disk('/ben/a'))
    rmSync(disk('/ben/b'), { recursive: true })
    writeFileSync(disk('/ben/b'), '')
    expect((await list(ben, '/ben')).files.map(({ file }) => [file.name, file.isFolder])).toEqual([
      ['a', true],
      ['b', false],
    ])
  })

  test('names that no path can name are not listed and break nothing', async () => {
    writeFileSync(Buffer.concat([Buffer.from(disk('/ben/')), Buffer.from([0xff, 0x41])]), '')
    writeFileSync(disk('/ben/e\u0301'), '')
    writeFileSync(disk('/ben/new\nline'), '')
    writeFileSync(disk('/ben/good'), '')
    execFileSync('mkfifo', [disk('/ben/pipe')])
    symlinkSync('good', disk('/ben/link'))
    expect(await names(ben, '/ben')).toEqual(['good'])
    expect(await storage.files.find(ben, '/ben/pipe')).toBeNull()
  })

  test('sorts as people do, the same on both databases, and pages through every order without loss', async () => {
    const wanted = ['10 a', '2 b', 'Z.txt', 'a.mp3', 'A-b', '_x', 'ä', 'b1', 'B02', 'b10', '€', 'öl.txt']
    for (const [index, name] of wanted.entries()) {
      writeFileSync(disk(`/ben/${name}`), 'x'.repeat((index * 7) % 12))
      utimesSync(disk(`/ben/${name}`), 1_000 + index, 1_000 + ((index * 5) % 12))
    }
    for (const name of ['F2', 'f10', 'Ä']) mkdirSync(disk(`/ben/${name}`))
    expect(await names(ben, '/ben')).toEqual([
      'Ä',
      'F2',
      'f10',
      '2 b',
      '10 a',
      '_x',
      'ä',
      'A-b',
      'a.mp3',
      'b1',
      'B02',
      'b10',
      'öl.txt',
      'Z.txt',
      '€',
    ])
    for (const field of ['NAME', 'SIZE', 'MODIFIED_AT', 'TYPE'] as const) {
      for (const direction of ['ASC', 'DESC'] as const) {
        const order = { field, direction }
        const whole = await names(ben, '/ben', order)
        expect(whole).toHaveLength(15)
        expect(whole.slice(0, 3).sort()).toEqual(['F2', 'f10', 'Ä'])
        for (const limit of [1, 2, 4, 14]) {
          const walked: string[] = []
          let after: string | null = null
          for (;;) {
            const { files }: Awaited<ReturnType<typeof list>> = await list(ben, '/ben', order, limit, after)
            walked.push(...files.map(({ file }) => file.name))
            after = files.at(-1)?.cursor ?? null
            if (files.length < limit) break
          }
          expect(walked).toEqual(whole)
          const jumped: string[] = []
          for (let offset = 0; offset < 17; offset += limit)
            jumped.push(...(await list(ben, '/ben', order, limit, null, offset)).files.map(({ file }) => file.name))
          expect(jumped).toEqual(whole)
        }
      }
    }
    await expect(list(ben, '/ben', byName, 5, 'nonsense')).rejects.toEqual(failure('INVALID_INPUT'))
    const [first] = (await list(ben, '/ben')).files
    await expect(list(ben, '/ben', { field: 'SIZE', direction: 'ASC' }, 5, first?.cursor)).rejects.toEqual(failure('INVALID_INPUT'))
  })

  test('renames and moves, keeping the id, and never over what is there unless told', async () => {
    mkdirSync(disk('/ben/dir/in'), { recursive: true })
    mkdirSync(disk('/ben/other'))
    writeFileSync(disk('/ben/a'), 'a')
    writeFileSync(disk('/ben/b'), 'b')
    const a = await storage.files.find(ben, '/ben/a')
    const b = await storage.files.find(ben, '/ben/b')
    const move = (from: string, to: string, replace = false) => storage.files.moveFile(ben, { from, to, replace })

    await expect(move('/ben/a', '/ben/b')).rejects.toEqual(failure('NAME_TAKEN'))
    await expect(move('/ben/a', '/ben/dir', true)).rejects.toEqual(failure('NAME_TAKEN'))
    await expect(move('/ben/dir', '/ben/other', true)).rejects.toEqual(failure('NAME_TAKEN'))
    await expect(move('/ben/dir', '/ben/dir/in/dir')).rejects.toEqual(failure('INVALID_INPUT'))
    await expect(move('/ben/none', '/ben/x')).rejects.toEqual(failure('FILE_NOT_FOUND'))
    await expect(move('/ben/a', '/ben/none/x')).rejects.toEqual(failure('FILE_NOT_FOUND'))
    expect(readFileSync(disk('/ben/b'), 'utf8')).toBe('b')

    expect(await move('/ben/a', '/ben/b', true)).toMatchObject({ id: a?.id, path: '/ben/b' })
    expect(readFileSync(disk('/ben/b'), 'utf8')).toBe('a')
    expect(await database.fileEntry.findUnique({ where: { id: b?.id ?? 0 } })).toBeNull()
    expect(await move('/ben/b', '/ben/B')).toMatchObject({ id: a?.id, name: 'B' })
    expect(await move('/ben/B', '/ben/dir/in/c.txt')).toMatchObject({ id: a?.id, path: '/ben/dir/in/c.txt' })
    await move('/ben/dir', '/Shared/dir')
    expect(await storage.files.find(vera, '/Shared/dir/in/c.txt')).toMatchObject({ id: a?.id, size: 1 })
    expect(await names(ben, '/ben')).toEqual(['other'])
    expect(await move('/Shared/dir', '/Shared/dir')).toMatchObject({ path: '/Shared/dir' })
  })

  test('a deletion takes the entry out at once, its bytes and rows afterwards; what was stopped is finished at the next start', async () => {
    mkdirSync(disk('/ben/dir/in/deeper'), { recursive: true })
    for (let index = 0; index < 300; index++) writeFileSync(disk(`/ben/dir/in/${index}`), '')
    await names(ben, '/ben/dir/in')
    await storage.removals.stop()
    await storage.files.deleteFile(ben, { path: '/ben/dir', permanently: true })
    expect(await names(ben, '/ben')).toEqual([])
    expect(existsSync(disk('/ben/dir'))).toBe(false)
    await expect(storage.files.deleteFile(ben, { path: '/ben/dir', permanently: true })).rejects.toEqual(failure('FILE_NOT_FOUND'))
    expect(readdirSync(disk('/.baluhost/removing'))).toHaveLength(1)

    const again = await createTestStorage(database, storage.folder)
    await again.removals.settled()
    expect(readdirSync(disk('/.baluhost/removing'))).toEqual([])
    expect(await database.fileEntry.count()).toBe(5)
    await again.close()
  })

  test('a folder that is watched tells of changes by this server and by a shell', { timeout: 15_000 }, async () => {
    const reader = await storage.files.watchFolder(vera, '/Shared')
    expect((await reader.next()).value).toMatchObject({ path: '/Shared', reset: true, gone: false })
    const made = await storage.files.createFolder(ben, '/Shared/new')
    expect([...(await reader.next()).value.changed.values()]).toEqual([made])
    const renamed = await storage.files.moveFile(ben, { from: '/Shared/new', to: '/Shared/newer', replace: false })
    expect([...(await reader.next()).value.changed.values()]).toEqual([renamed])
    writeFileSync(disk('/Shared/by-shell'), 'hello')
    const frame = (await reader.next()).value
    const shown = [...frame.changed.values()].find((file) => file.name === 'by-shell')
    expect(shown).toMatchObject({ path: '/Shared/by-shell' })
    unlinkSync(disk('/Shared/by-shell'))
    let removed = new Set<number>()
    while (removed.size === 0) removed = (await reader.next()).value.removed
    expect([...removed]).toEqual([shown?.id])
    await storage.files.deleteFile(ben, { path: '/Shared/newer', permanently: true })
    expect([...(await reader.next()).value.removed]).toEqual([made.id])
    await reader.return()

    await storage.files.createFolder(ben, '/ben/inner')
    const inner = await storage.files.watchFolder(ben, '/ben/inner')
    await inner.next()
    await storage.files.moveFile(ben, { from: '/ben/inner', to: '/ben/elsewhere', replace: false })
    expect((await inner.next()).value).toMatchObject({ gone: true })
    await inner.return()
    await expect(storage.files.watchFolder(ben, '/anna')).rejects.toEqual(failure('FILE_NOT_FOUND'))
  })

  test('more changes than a frame lists become one reset', async () => {
    const reader = await storage.files.watchFolder(ben, '/ben')
    await reader.next()
    for (let index = 0; index < 250; index++) writeFileSync(disk(`/ben/${index}`), '')
    for (;;) if ((await reader.next()).value.reset) break
    await reader.return()
    await sleep(20)
    expect((await list(ben, '/ben')).totalCount).toBe(250)
  })

  test('many at once on the same names: one wins, the rest are told', async () => {
    const results = await Promise.allSettled(Array.from({ length: 12 }, () => storage.files.createFolder(ben, '/ben/one')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toMatchObject({ code: 'NAME_TAKEN' })
    for (let index = 0; index < 12; index++) writeFileSync(disk(`/ben/f${index}`), String(index))
    const moves = await Promise.allSettled(
      Array.from({ length: 12 }, (_, index) => storage.files.moveFile(ben, { from: `/ben/f${index}`, to: '/ben/target', replace: false })),
    )
    expect(moves.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    expect((await list(ben, '/ben')).totalCount).toBe(13)
  })
})
