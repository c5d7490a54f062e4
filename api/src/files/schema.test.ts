import { mkdirSync, writeFileSync } from 'node:fs'
import { type ExecutionResult, graphql, parse, subscribe } from 'graphql'
import { pino } from 'pino'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Actor } from '../auth/model.ts'
import type { Context, Services } from '../graphql/context.ts'
import { nasSchema } from '../graphql/schema.nas.ts'
import { noLimits } from '../limits/test-limiter.ts'
import type { Database } from '../platform/db.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from './test-storage.ts'
import { UploadsService } from './uploads.ts'

let database: Database
let drop: () => Promise<void>
let storage: TestStorage
let uploads: UploadsService
const ben = testActor('ben')

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(async () => {
  storage = await createTestStorage(database)
  await storage.files.ensureHome({ id: ben.userId, username: 'ben' })
  uploads = new UploadsService({ tree: storage.tree, audit: { record: async () => {} }, log: pino({ level: 'silent' }) })
  await uploads.start()
})
afterEach(() => storage.close())

const users = { byIds: async (_actor: Actor, ids: readonly string[]) => ids.map((id) => ({ id, username: id.slice(3) })) }
const contextOf = (actor: Actor): Context => ({
  actor,
  services: { files: storage.files, uploads, users, limiter: noLimits } as unknown as Services,
  secure: false,
  origin: 'http://localhost',
  cookies: undefined,
  transport: 'http',
  setCookie: () => {},
})
const run = async (source: string, actor: Actor = ben) =>
  JSON.parse(JSON.stringify(await graphql({ schema: nasSchema, source, contextValue: contextOf(actor) })))

test('lists with pages, totals, owners and what may be done', async () => {
  for (const name of ['b.txt', 'a10', 'a9']) writeFileSync(`${storage.folder}/ben/${name}`, name)
  mkdirSync(`${storage.folder}/ben/z`)
  const first = await run(
    '{ files(path: "/ben", first: 3) { totalCount nodes { name isFolder size mimeType downloadUrl mayWrite owner { username } } pageInfo { hasNextPage endCursor } } }',
  )
  expect(first.errors).toBeUndefined()
  expect(first.data.files).toMatchObject({
    totalCount: 4,
    nodes: [{ name: 'z', isFolder: true, mayWrite: true }, { name: 'a9' }, { name: 'a10', size: 3, owner: { username: 'ben' } }],
    pageInfo: { hasNextPage: true },
  })
  const next = await run(
    `{ files(path: "/ben", first: 3, after: "${first.data.files.pageInfo.endCursor}") { nodes { name mimeType downloadUrl } pageInfo { hasNextPage hasPreviousPage } } }`,
  )
  expect(next.data.files).toEqual({
    nodes: [{ name: 'b.txt', mimeType: 'text/plain', downloadUrl: '/files/ben/b.txt' }],
    pageInfo: { hasNextPage: false, hasPreviousPage: true },
  })
  const jump = await run('{ files(path: "/ben", offset: 3, orderBy: { field: SIZE, direction: DESC }) { nodes { name } } }')
  expect(jump.data.files.nodes).toEqual([{ name: 'a9' }])
})

test('answers with the problem as a member of the union, and null for what is not there', async () => {
  const made = await run(
    'mutation { createFolder(input: { path: "/ben/x" }) { __typename ... on File { path } ... on Problem { code field } } }',
  )
  expect(made.data.createFolder).toEqual({ __typename: 'File', path: '/ben/x' })
  const again = await run('mutation { createFolder(input: { path: "/ben/x" }) { __typename ... on Problem { code field } } }')
  expect(again.data.createFolder).toEqual({ __typename: 'NameTaken', code: 'NAME_TAKEN', field: 'path' })
  const moved = await run('mutation { moveFile(input: { from: "/ben/none", to: "/ben/y" }) { ... on Problem { code field } } }')
  expect(moved.data.moveFile).toEqual({ code: 'FILE_NOT_FOUND', field: 'from' })
  const absent = await run('mutation { deleteFile(input: { path: "/ben/none" }) { ... on Problem { code field } } }')
  expect(absent.data.deleteFile).toEqual({ code: 'FILE_NOT_FOUND', field: 'path' })
  expect((await run('{ file(path: "/anna") { id } }')).data).toEqual({ file: null })
  expect((await run('{ files(path: "/anna") { totalCount } }')).errors).toHaveLength(1)
  expect((await run('{ storage { used total free } uploads { id } }')).data).toMatchObject({
    storage: { total: expect.any(Number) },
    uploads: [],
  })
})

test('nothing without a session', async () => {
  const nobody: Actor = { kind: 'anonymous', address: '', client: null, requestId: '' }
  for (const field of ['file(path: "/") { id }', 'files(path: "/") { totalCount }', 'storage { free }', 'uploads { id }']) {
    expect((await run(`{ ${field} }`, nobody)).errors).toHaveLength(1)
  }
})

test('a folder and uploads are followed by subscription', async () => {
  const follow = async (source: string) =>
    (await subscribe({ schema: nasSchema, document: parse(source), contextValue: contextOf(ben) })) as AsyncGenerator<ExecutionResult>
  const folder = await follow('subscription { folderChanged(path: "/ben") { path reset gone removed changed { name } } }')
  expect((await folder.next()).value.data).toMatchObject({ folderChanged: { path: '/ben', reset: true, changed: [] } })
  const progress = await follow('subscription { uploadProgressed { path state offset length file { name } } }')
  const first = progress.next()
  await uploads.create(ben, { id: 'upload1', length: 0, metadata: { path: '/ben/empty' }, role: 'WHOLE' })
  expect((await first).value.data).toMatchObject({ uploadProgressed: { path: '/ben/empty' } })
  expect((await folder.next()).value.data).toMatchObject({ folderChanged: { changed: [{ name: 'empty' }] } })
  await progress.return(undefined)
  await folder.return(undefined)
})
