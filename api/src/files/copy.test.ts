import { createHash, randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { untilState } from '../jobs/test-jobs.ts'

const document = `mutation ($input: CopyFileInput!) { copyFile(input: $input) {
  __typename ... on Job { id kind subject state } ... on Problem { code field message } } }`

describe.each(await testedProviders())('copying through the graph on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let ben: Client
  let vera: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    await admin.createUser({ username: 'ben', password: goodPassword })
    await admin.createUser({ username: 'vera', password: goodPassword, role: 'VIEWER' })
    ;[ben, vera] = [nas.client(), nas.client()]
    await ben.signIn('ben', goodPassword)
    await vera.signIn('vera', goodPassword)
  })
  afterAll(() => nas.close())

  const disk = (path: string) => `${nas.storageDir}${path}`
  const ask = async (client: Client, input: object) => (await client.graphql(document, { input })).data.copyFile
  const copied = async (client: Client, from: string, to: string, more: object = {}) => {
    const job = await ask(client, { from, to, ...more })
    expect(job).toMatchObject({ __typename: 'Job', kind: 'file_copy', subject: from })
    return untilState(nas.database, job.id, 'SUCCEEDED')
  }
  const log = async (jobId: string) =>
    (await nas.database.jobLogLine.findMany({ where: { jobId } })).map(({ message }) => message).join('\n')
  const fileAt = async (client: Client, path: string) =>
    (await client.graphql('query ($path: Path!) { file(path: $path) { id size sha256 modifiedAt owner { username } } }', { path })).data
      .file

  test('a file: its bytes, its time, whether it can be run, its checksum, and who it belongs to', async () => {
    const bytes = randomBytes(3_000_001)
    writeFileSync(disk('/ben/tool'), bytes)
    chmodSync(disk('/ben/tool'), 0o750)
    utimesSync(disk('/ben/tool'), 1_600_000_000.5, 1_600_000_000.25)
    const row = await copied(ben, '/ben/tool', '/Shared/tool')
    expect(row).toMatchObject({ progressDone: 3_000_001n, progressTotal: 3_000_001n, progressUnit: 'BYTES', actorName: 'ben' })
    expect(row.result).toEqual({ path: '/Shared/tool', isFolder: false, files: 1, folders: 0, bytes: 3_000_001, skipped: 0 })
    expect(readFileSync(disk('/Shared/tool')).equals(bytes)).toBe(true)
    const stat = statSync(disk('/Shared/tool'))
    expect(stat.mtimeMs).toBeCloseTo(1_600_000_000_250, 1)
    expect(stat.mode & 0o111).toBe(0o110)
    expect(await fileAt(ben, '/Shared/tool')).toMatchObject({
      sha256: createHash('sha256').update(bytes).digest('hex'),
      owner: { username: 'ben' },
    })
    expect(await nas.database.jobLock.count()).toBe(0)
  })

  test('a folder with all below it, without what the storage does not have; in a home it is the home’s', async () => {
    mkdirSync(disk('/Shared/tree/deep/deeper'), { recursive: true })
    mkdirSync(disk('/Shared/tree/empty'))
    for (let index = 0; index < 30; index++) writeFileSync(disk(`/Shared/tree/deep/${index}.txt`), `file ${index}`)
    writeFileSync(disk('/Shared/tree/deep/deeper/last'), 'x'.repeat(100_000))
    symlinkSync('/etc', disk('/Shared/tree/out'))
    writeFileSync(Buffer.concat([Buffer.from(disk('/Shared/tree/')), Buffer.from([0xff, 0xfe])]), 'not UTF-8')
    utimesSync(disk('/Shared/tree/deep'), 1_500_000_000, 1_500_000_000)
    const row = await copied(ben, '/Shared/tree', '/ben/tree')
    expect(row.result).toMatchObject({ isFolder: true, files: 31, folders: 4, skipped: 2 })
    expect(readdirSync(disk('/ben/tree')).sort()).toEqual(['deep', 'empty'])
    expect(readdirSync(disk('/ben/tree/deep')).length).toBe(31)
    expect(readFileSync(disk('/ben/tree/deep/7.txt'), 'utf8')).toBe('file 7')
    expect(statSync(disk('/ben/tree/deep')).mtimeMs).toBe(1_500_000_000_000)
    expect(await log(row.id)).toMatch(/\/Shared\/tree\/out was not copied: symbolic links are not followed/)
    expect(await fileAt(ben, '/ben/tree/deep/7.txt')).toMatchObject({ size: 6, owner: { username: 'ben' } })
    expect(readdirSync(disk('/.baluhost/copying'))).toEqual([])
  })

  test('what cannot be is said at once, of the field that is at fault, and nothing is queued', async () => {
    mkdirSync(disk('/ben/dir/inner'), { recursive: true })
    writeFileSync(disk('/ben/file'), 'x')
    symlinkSync('/etc/passwd', disk('/ben/link'))
    writeFileSync(disk('/ada/secret'), 'x')
    const before = await nas.database.job.count()
    for (const [client, from, to, code, field] of [
      [ben, '/ben/none', '/ben/y', 'FILE_NOT_FOUND', 'from'],
      [ben, '/ada/secret', '/ben/y', 'FILE_NOT_FOUND', 'from'],
      [ben, '/ben/file', '/ada/y', 'FILE_NOT_FOUND', 'to'],
      [ben, '/ben/file', '/ben/none/y', 'FILE_NOT_FOUND', 'to'],
      [ben, '/ben/link', '/ben/y', 'PATH_OUTSIDE_STORAGE', 'from'],
      [ben, '/ben/../ada/secret', '/ben/y', 'PATH_OUTSIDE_STORAGE', 'from'],
      [ben, '/ben/file', '/ben/dir', 'NAME_TAKEN', 'to'],
      [ben, '/ben/file', '/ben/file', 'NAME_TAKEN', 'to'],
      [ben, '/ben/dir', '/ben/dir/inner/dir', 'INVALID_INPUT', 'to'],
      [ben, '/', '/ben/all', 'INVALID_INPUT', 'to'],
      [ben, '/ben/file', '/ben/file/x', 'INVALID_INPUT', 'to'],
      [ben, '/ben/dir', '/ben/file/x', 'NOT_A_FOLDER', 'to'],
      [ben, '/ben/file', '/y', 'FILE_NOT_FOUND', 'to'],
      [admin, '/ben/file', '/y', 'FORBIDDEN', null],
      [vera, '/Shared', '/vera/y', 'FORBIDDEN', null],
      [vera, '/ben/file', '/vera/y', 'FILE_NOT_FOUND', 'from'],
    ] as const)
      expect(await ask(client, { from, to }), `${from} to ${to}`).toMatchObject({ code, field })
    expect(await ask(ben, { from: '/ben/dir', to: '/ben/file', replace: true })).toMatchObject({ code: 'NAME_TAKEN' })
    const { errors } = await nas.client().graphql(document, { input: { from: '/Shared/x', to: '/Shared/y' } })
    expect(errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect(await nas.database.job.count()).toBe(before)
    expect(await nas.database.auditEntry.count({ where: { action: 'files.copy', result: 'NAME_TAKEN' } })).toBeGreaterThan(0)
  })

  test('a file may take the place of a file when that is wanted, and keeps its id', async () => {
    writeFileSync(disk('/ben/new'), 'new')
    writeFileSync(disk('/ben/old'), 'older')
    const before = await fileAt(ben, '/ben/old')
    await copied(ben, '/ben/new', '/ben/old', { replace: true })
    expect(readFileSync(disk('/ben/old'), 'utf8')).toBe('new')
    expect(await fileAt(ben, '/ben/old')).toMatchObject({ id: before.id, size: 3 })
  })

  test('asked twice with one key it is one job, also when it is over; with other work the key is refused', async () => {
    writeFileSync(disk('/ben/once'), 'x')
    const input = { from: '/ben/once', to: '/ben/twice', idempotencyKey: 'copy-1' }
    const [first, again] = await Promise.all([ask(ben, input), ask(ben, input)])
    expect(again.id).toBe(first.id)
    await untilState(nas.database, first.id, 'SUCCEEDED')
    expect((await ask(ben, input)).id).toBe(first.id)
    expect(await ask(ben, { ...input, to: '/ben/thrice' })).toMatchObject({ code: 'IDEMPOTENCY_KEY_REUSED', field: 'idempotencyKey' })
    expect(existsSync(disk('/ben/thrice'))).toBe(false)
  })

  test('an API key needs both scopes', async () => {
    writeFileSync(disk('/ben/keyed'), 'x')
    for (const [scopes, answer] of [
      [['files:write'], { code: 'FORBIDDEN' }],
      [['files:write', 'files:read'], { __typename: 'Job' }],
    ] as const) {
      const { data } = await ben.createApiKey({ scopes: [...scopes] })
      const key = nas.client()
      key.key = data.createApiKey.key
      const { data: done, errors } = await key.graphql(document, { input: { from: '/ben/keyed', to: `/ben/keyed-${scopes.length}` } })
      expect(done?.copyFile ?? errors?.[0]?.extensions).toMatchObject(answer)
    }
  })
})
