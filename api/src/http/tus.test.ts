import { createHash, randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { Upload as TusUpload, type UploadOptions } from 'tus-js-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage, testActor } from '../files/test-storage.ts'
import { createTusClient, problemOf } from '../files/test-tus.ts'
import type { Database } from '../platform/db.ts'

let database: Database
let drop: () => Promise<void>
let storage: TestStorage
let server: TestServer
const ben = testActor('ben')
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(async () => {
  storage = await createTestStorage(database)
  for (const username of ['ben', 'vera']) await storage.files.ensureHome({ id: `id-${username}`, username })
  server = await startTestServer(storage)
})
afterEach(async () => {
  await server.close()
  await storage.close()
})

const disk = (path: string) => `${storage.folder}${path}`
const spooled = () => readdirSync(disk('/.baluhost/spool'))
const { metadata, tus, create, patch, offsetOf, locationOf } = createTusClient(() => server)
const bytesType = { 'content-type': 'application/offset+octet-stream' }

async function expectProblem(response: Response, status: number, code: string): Promise<void> {
  expect(await problemOf(response)).toMatchObject({ status, code })
}

function send(bytes: Buffer, options: Partial<UploadOptions>): Promise<string> {
  return new Promise((resolve, reject) => {
    const upload = new TusUpload(bytes, {
      endpoint: `${server.origin}/uploads`,
      headers: { 'x-user': 'ben' },
      retryDelays: null,
      onError: reject,
      onSuccess: () => resolve(upload.url ?? ''),
      ...options,
    })
    upload.start()
  })
}

describe('the core protocol', () => {
  test('each answer says the version; another one is refused with those there are', async () => {
    const url = locationOf(await create('/ben/a', 3))
    for (const [method, address, headers] of [
      ['HEAD', url, {}],
      ['PATCH', url, { 'upload-offset': '1' }],
      ['PATCH', url, { 'upload-offset': '0', 'content-type': 'text/plain' }],
      ['DELETE', '/uploads/none', {}],
      ['POST', '/uploads', {}],
    ] as const) {
      const response = await tus(method, address, headers, method === 'PATCH' ? Buffer.from('x') : undefined)
      expect(response.headers.get('tus-resumable'), method).toBe('1.0.0')
    }
    for (const method of ['HEAD', 'PATCH', 'DELETE']) {
      const response = await tus(method, url, { 'tus-resumable': '2.0.0' })
      expect(response.status).toBe(412)
      expect(response.headers.get('tus-version')).toBe('1.0.0')
    }
    expect(await offsetOf(url)).toBe('0')
  })

  test('HEAD says offset, length and metadata and may not be cached; of what is not there no offset', async () => {
    const url = locationOf(await create('/ben/ä.txt', 5, { note: 'x y' }))
    const head = await tus('HEAD', url)
    expect(head.status).toBe(200)
    expect(Object.fromEntries(head.headers)).toMatchObject({ 'upload-offset': '0', 'upload-length': '5', 'cache-control': 'no-store' })
    expect(head.headers.get('upload-metadata')).toBe(metadata({ path: '/ben/ä.txt', note: 'x y' }))
    expect(new Date(head.headers.get('upload-expires') ?? '').getTime()).toBeGreaterThan(Date.now() + 23 * 3_600_000)
    const none = await tus('HEAD', '/uploads/none')
    expect([none.status, none.headers.get('upload-offset')]).toEqual([404, null])
  })

  test('PATCH takes its own media type and a whole offset, and nothing else', async () => {
    const url = locationOf(await create('/ben/a', 3))
    await expectProblem(
      await patch(url, 0, Buffer.from('abc'), { 'content-type': 'application/octet-stream' }),
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    )
    for (const offset of ['', '-1', '1.5', 'x', '0x1', '9007199254740992'])
      await expectProblem(await tus('PATCH', url, { 'upload-offset': offset }, Buffer.from('abc')), 400, 'BAD_REQUEST')
    await expectProblem(await tus('PATCH', url, {}, Buffer.from('abc')), 400, 'BAD_REQUEST')
    await expectProblem(await patch(url, 1, Buffer.from('bc')), 409, 'OFFSET_MISMATCH')
    expect(await offsetOf(url)).toBe('0')
    // Environments that can only POST.
    const posted = await tus('POST', url, { 'x-http-method-override': 'PATCH', 'upload-offset': '0', ...bytesType }, Buffer.from('abc'))
    expect([posted.status, posted.headers.get('upload-offset')]).toEqual([204, '3'])
    expect(posted.headers.get('content-location')).toBe('/files/ben/a')
  })

  test('metadata: a key stands once, a value is base64 or missing', async () => {
    const path = metadata({ path: '/ben/a' })
    for (const header of [`${path},${path}`, 'path %%', 'path a b', `,${path}`, ` ,`])
      await expectProblem(await tus('POST', '/uploads', { 'upload-length': '1', 'upload-metadata': header }), 400, 'BAD_REQUEST')
    const response = await tus('POST', '/uploads', { 'upload-length': '1', 'upload-metadata': `${path}, empty` })
    expect(response.status).toBe(201)
    expect((await tus('HEAD', locationOf(response))).headers.get('upload-metadata')).toBe(`${path},empty`)
  })

  test('one that rested too long is gone before it is cleared away', async () => {
    await server.close()
    server = await startTestServer(storage, { expiryMilliseconds: 300 })
    const url = locationOf(await create('/ben/a', 3))
    await new Promise((resolve) => setTimeout(resolve, 400))
    await expectProblem(await patch(url, 0, Buffer.from('abc')), 410, 'UPLOAD_EXPIRED')
    expect((await tus('HEAD', url)).status).toBe(410)
    expect(existsSync(disk('/ben/a'))).toBe(false)
  })
})

describe('a length that is said later', () => {
  const begin = (more: Record<string, string> = {}) =>
    tus('POST', '/uploads', { 'upload-defer-length': '1', 'upload-metadata': metadata({ path: '/ben/a' }), ...more })

  test('is said once, and the upload is whole when it is reached', async () => {
    const url = locationOf(await begin())
    expect((await patch(url, 0, Buffer.from('abc'))).status).toBe(204)
    const head = await tus('HEAD', url)
    expect([head.headers.get('upload-defer-length'), head.headers.get('upload-length')]).toEqual(['1', null])
    expect((await patch(url, 3, Buffer.from('de'), { 'upload-length': '6' })).status).toBe(204)
    expect((await tus('HEAD', url)).headers.get('upload-length')).toBe('6')
    await expectProblem(await patch(url, 5, Buffer.from('fg'), { 'upload-length': '7' }), 400, 'LENGTH_MISMATCH')
    expect(existsSync(disk('/ben/a'))).toBe(false)
    expect((await patch(url, 5, Buffer.from('f'), { 'upload-length': '6' })).status).toBe(204)
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('abcdef')
  })

  test('may turn out to be what is there already, and not less', async () => {
    const url = locationOf(await begin())
    await patch(url, 0, Buffer.from('abc'))
    await expectProblem(await tus('PATCH', url, { 'upload-offset': '3', 'upload-length': '2', ...bytesType }), 400, 'LENGTH_MISMATCH')
    expect((await tus('PATCH', url, { 'upload-offset': '3', 'upload-length': '3', ...bytesType })).status).toBe(204)
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('abc')
  })

  test('excludes one that is said at once', async () => {
    await expectProblem(await begin({ 'upload-length': '3' }), 400, 'BAD_REQUEST')
    await expectProblem(await begin({ 'upload-defer-length': '2' }), 400, 'BAD_REQUEST')
    const url = locationOf(await begin())
    await expectProblem(await patch(url, 0, Buffer.from('x'), { 'upload-defer-length': '1' }), 400, 'BAD_REQUEST')
  })

  test('tus-js-client streams', async () => {
    const bytes = randomBytes(2_500_000)
    await send(bytes, { metadata: { path: '/ben/stream' }, uploadLengthDeferred: true, chunkSize: 1_000_000 })
    expect(readFileSync(disk('/ben/stream')).equals(bytes)).toBe(true)
  })
})

describe('files that come in parallel parts', () => {
  const part = (length: number, more: Record<string, string> = {}) =>
    tus('POST', '/uploads', { 'upload-length': String(length), 'upload-concat': 'partial', ...more })
  const join = (urls: readonly string[], path: string, more: Record<string, string> = {}, headers: Record<string, string> = {}) =>
    tus('POST', '/uploads', { 'upload-concat': `final;${urls.join(' ')}`, 'upload-metadata': metadata({ path, ...more }), ...headers })
  const parts = (bytes: readonly Buffer[]) =>
    Promise.all(
      bytes.map(async (each) => {
        const url = locationOf(await part(each.length))
        await patch(url, 0, each)
        return url
      }),
    )
  async function inOrder(bytes: readonly Buffer[]): Promise<string[]> {
    const urls: string[] = []
    for (const each of bytes) urls.push(locationOf(await part(each.length)))
    await Promise.all(urls.map((url, at) => patch(url, 0, bytes[at] as Buffer)))
    return urls
  }

  test('land in place in one file: no byte is moved at the end', async () => {
    const bytes = [randomBytes(900_000), randomBytes(900_000), randomBytes(900_001)]
    const urls: string[] = []
    for (const each of bytes) urls.push(locationOf(await part(each.length)))
    expect(spooled()).toHaveLength(1)
    const before = statSync(disk(`/.baluhost/spool/${spooled()[0]}`))
    expect(before.size).toBe(2_700_001)
    await Promise.all(urls.map((url, at) => patch(url, 0, bytes[at] as Buffer)))
    const response = await join(urls, '/ben/joined', { sha256: sha256(Buffer.concat(bytes)) })
    expect(response.status).toBe(201)
    expect(readFileSync(disk('/ben/joined')).equals(Buffer.concat(bytes))).toBe(true)
    expect(statSync(disk('/ben/joined')).ino).toBe(before.ino)
    expect(server.uploads.concatenations).toEqual({ inPlace: 1, copied: 0 })
    expect(await storage.files.find(ben, '/ben/joined')).toMatchObject({ sha256: sha256(Buffer.concat(bytes)), ownerId: 'id-ben' })
    expect(spooled()).toEqual([])
    // Asked again because the answer was lost: the same answer.
    expect(locationOf(await join(urls, '/ben/joined'))).toBe(locationOf(response))
    expect(await database.upload.count({ where: { state: 'RECEIVING' } })).toBe(0)
  })

  test('in another order than they were declared are put in order', async () => {
    const bytes = [randomBytes(70_000), randomBytes(70_000), randomBytes(10)] as const
    const urls = await inOrder(bytes)
    const [a = '', b = '', c = ''] = urls
    expect((await join([b, c, a], '/ben/turned')).status).toBe(201)
    expect(readFileSync(disk('/ben/turned')).equals(Buffer.concat([bytes[1], bytes[2], bytes[0]]))).toBe(true)
    expect(server.uploads.concatenations.copied).toBe(1)
    expect(spooled()).toEqual([])
  })

  test('of two files at the same time do not get into each other', async () => {
    const [a1, b1, a2, b2] = [randomBytes(50_000), randomBytes(50_000), randomBytes(50_000), randomBytes(50_000)] as const
    const [ua1 = '', ub1 = '', ua2 = '', ub2 = ''] = await inOrder([a1, b1, a2, b2])
    expect((await join([ua1, ua2], '/ben/fa')).status).toBe(201)
    expect((await join([ub1, ub2], '/ben/fb')).status).toBe(201)
    expect(readFileSync(disk('/ben/fa')).equals(Buffer.concat([a1, a2]))).toBe(true)
    expect(readFileSync(disk('/ben/fb')).equals(Buffer.concat([b1, b2]))).toBe(true)
    expect(spooled()).toEqual([])
  })

  test('of a group that has a name lie together, whatever their lengths', async () => {
    const bytes = [randomBytes(5), randomBytes(70_000), randomBytes(200)]
    const urls: string[] = []
    for (const each of bytes) urls.push(locationOf(await part(each.length, { 'upload-metadata': metadata({ group: 'g' }) })))
    await Promise.all(urls.map((url, at) => patch(url, 0, bytes[at] as Buffer)))
    await join(urls, '/ben/named')
    expect(readFileSync(disk('/ben/named')).equals(Buffer.concat(bytes))).toBe(true)
    expect(server.uploads.concatenations.inPlace).toBe(1)
  })

  test('tus-js-client sends in parallel unmodified, in place', async () => {
    const bytes = randomBytes(8_000_001)
    const url = await send(bytes, { metadata: { path: '/ben/parallel' }, parallelUploads: 4 })
    expect(readFileSync(disk('/ben/parallel')).equals(bytes)).toBe(true)
    expect(server.uploads.concatenations).toEqual({ inPlace: 1, copied: 0 })
    const head = await tus('HEAD', new URL(url).pathname)
    expect(head.headers.get('upload-concat')).toMatch(/^final;(\/uploads\/\w+ ?){4}$/)
    expect(head.headers.get('upload-offset')).toBe('8000001')
  })

  test('say what they are; a final upload takes no bytes, unfinished parts make no file', async () => {
    const [a = '', b = ''] = [locationOf(await part(3)), locationOf(await part(3))]
    expect((await tus('HEAD', a)).headers.get('upload-concat')).toBe('partial')
    await patch(a, 0, Buffer.from('abc'))
    expect(existsSync(disk('/ben/f'))).toBe(false)
    await expectProblem(await join([a, b], '/ben/f'), 409, 'PART_UNFINISHED')
    await patch(b, 0, Buffer.from('def'))
    await expectProblem(await join([a, b], '/ben/f', {}, { 'upload-length': '6' }), 400, 'BAD_REQUEST')
    await expectProblem(await join([a, '/uploads/none'], '/ben/f'), 404, 'UPLOAD_NOT_FOUND')
    await expectProblem(await join([a, a], '/ben/f'), 404, 'UPLOAD_NOT_FOUND')
    await expectProblem(await part(1, { 'upload-concat': 'other' }), 400, 'BAD_REQUEST')
    const final = await join([a, b], '/ben/f')
    expect(readFileSync(disk('/ben/f'), 'utf8')).toBe('abcdef')
    await expectProblem(await patch(locationOf(final), 6, Buffer.from('x')), 403, 'UPLOAD_NOT_APPENDABLE')
    expect(readFileSync(disk('/ben/f'), 'utf8')).toBe('abcdef')
  })

  test('belong to who sent them, and are nothing to who may not write', async () => {
    const urls = await parts([randomBytes(3)])
    const other = await tus('POST', '/uploads', {
      'x-user': 'vera',
      'upload-concat': `final;${urls[0]}`,
      'upload-metadata': metadata({ path: '/vera/f' }),
    })
    await expectProblem(other, 404, 'UPLOAD_NOT_FOUND')
    await expectProblem(await part(3, { 'x-user': 'vera/VIEWER' }), 403, 'FORBIDDEN')
    await expectProblem(await join(urls, '/vera/f'), 404, 'FILE_NOT_FOUND')
    expect(await server.uploads.list(ben)).toEqual([])
  })

  test('a name that is taken can be answered with another; a wrong hash ends it', async () => {
    const bytes = [Buffer.from('abc'), Buffer.from('def')]
    const urls = await inOrder(bytes)
    writeFileSync(disk('/ben/f.txt'), 'old')
    await expectProblem(await join(urls, '/ben/f.txt'), 409, 'NAME_TAKEN')
    const kept = await join(urls, '/ben/f.txt', { ifExists: 'keepBoth' })
    expect(kept.headers.get('content-location')).toBe('/files/ben/f%20(2).txt')
    expect(readFileSync(disk('/ben/f (2).txt'), 'utf8')).toBe('abcdef')
    const others = await inOrder(bytes)
    await expectProblem(await join(others, '/ben/g', { sha256: sha256(Buffer.from('other')) }), 460, 'CHECKSUM_MISMATCH')
    expect(spooled()).toEqual([])
    expect((await tus('HEAD', others[0] ?? '')).status).toBe(404)
  })

  test('a byte that the disk changed in one of them is found', async () => {
    for (const length of [1_000, 1_500_000]) {
      const urls = await inOrder([randomBytes(length), randomBytes(length)])
      const file = disk(`/.baluhost/spool/${spooled()[0]}`)
      const content = readFileSync(file)
      content[length + 500] = (content[length + 500] ?? 0) ^ 1
      writeFileSync(file, content)
      await expectProblem(await join(urls, '/ben/f'), 500, 'SPOOL_DAMAGED')
      expect(existsSync(disk('/ben/f'))).toBe(false)
      expect(spooled()).toEqual([])
    }
  })

  test('that are given up give their space back, the last of them all of it', async () => {
    const [a = '', b = ''] = await inOrder([randomBytes(70_000), randomBytes(70_000)])
    expect((await tus('DELETE', a)).status).toBe(204)
    expect(spooled()).toHaveLength(1)
    expect(await offsetOf(b)).toBe('70000')
    expect((await tus('DELETE', b)).status).toBe(204)
    expect(spooled()).toEqual([])
  })

  test('survive a restart; what the server knew is read again', async () => {
    const bytes = [randomBytes(300_000), randomBytes(300_000)] as const
    const [a = '', b = ''] = [locationOf(await part(300_000)), locationOf(await part(300_000))]
    await patch(a, 0, bytes[0])
    await patch(b, 0, bytes[1].subarray(0, 100_000))
    await server.close()
    server = await startTestServer(storage)
    expect([await offsetOf(a), await offsetOf(b)]).toEqual(['300000', '100000'])
    await patch(b, 100_000, bytes[1].subarray(100_000))
    expect((await join([a, b], '/ben/f', { sha256: sha256(Buffer.concat(bytes)) })).status).toBe(201)
    expect(server.uploads.concatenations.inPlace).toBe(1)
    expect(readFileSync(disk('/ben/f')).equals(Buffer.concat(bytes))).toBe(true)
  })

  test('killed after the file got its name: it is recorded at the next start, with its parts', async () => {
    const bytes = [Buffer.from('abc'), Buffer.from('def')]
    const urls = await inOrder(bytes)
    // As the server leaves it between the name and the rows.
    const row = await database.upload.findFirstOrThrow({ where: { role: 'PART' }, orderBy: { id: 'asc' } })
    const spoolId = row.spoolId ?? ''
    const final = {
      ...row,
      id: 'zfinal',
      role: 'FINAL' as const,
      path: '/ben/f',
      length: 6n,
      durableOffset: 0n,
      concat: `final;${urls.join(' ')}`,
    }
    await database.upload.create({ data: final })
    linkSync(disk(`/.baluhost/spool/${spoolId}`), disk('/ben/f'))
    await server.close()
    server = await startTestServer(storage)
    expect(readFileSync(disk('/ben/f'), 'utf8')).toBe('abcdef')
    expect(spooled()).toEqual([])
    expect(await database.upload.count({ where: { state: 'RECEIVING' } })).toBe(0)
    // Killed before: the parts are there as before, and the file is not.
    const others = await inOrder(bytes)
    const other = await database.upload.findFirstOrThrow({ where: { role: 'PART', state: 'RECEIVING' }, orderBy: { id: 'asc' } })
    await database.upload.create({
      data: { ...final, id: 'zzfinal', path: '/ben/g', spoolId: other.spoolId, concat: `final;${others.join(' ')}` },
    })
    await server.close()
    server = await startTestServer(storage)
    expect(await database.upload.findUnique({ where: { id: 'zzfinal' } })).toBeNull()
    expect((await join(others, '/ben/g')).status).toBe(201)
    expect(readFileSync(disk('/ben/g'), 'utf8')).toBe('abcdef')
    expect(spooled()).toEqual([])
  })
})

describe('a name that is taken', () => {
  test('keepBoth gets the next free one when it gets its name, and says which', async () => {
    writeFileSync(disk('/ben/a.tar.gz'), 'old')
    mkdirSync(disk('/ben/a (2).tar.gz'))
    const frames = await server.uploads.watchOwn(ben)
    const url = locationOf(await create('/ben/a.tar.gz', 3, { ifExists: 'keepBoth' }))
    const done = await patch(url, 0, Buffer.from('new'))
    expect(done.headers.get('content-location')).toBe('/files/ben/a%20(3).tar.gz')
    expect(readFileSync(disk('/ben/a.tar.gz'), 'utf8')).toBe('old')
    expect(readFileSync(disk('/ben/a (3).tar.gz'), 'utf8')).toBe('new')
    let last = (await frames.next()).value
    while (last.state !== 'DONE') last = (await frames.next()).value
    expect(last).toMatchObject({ path: '/ben/a (3).tar.gz', file: { path: '/ben/a (3).tar.gz' } })
    await frames.return()
    const after = await server.uploads.watch(ben, url.split('/').at(-1) ?? '')
    expect((await after.next()).value).toMatchObject({ state: 'DONE', path: '/ben/a (3).tar.gz', file: { name: 'a (3).tar.gz' } })
    await after.return()
    expect((await tus('HEAD', url)).headers.get('content-location')).toBe('/files/ben/a%20(3).tar.gz')
  })

  test('many at once with the same name: each gets one of its own', async () => {
    const sent = await Promise.all(
      Array.from({ length: 12 }, (_, at) =>
        tus(
          'POST',
          '/uploads',
          { 'upload-length': '2', 'upload-metadata': metadata({ path: '/ben/x', ifExists: 'keepBoth' }), ...bytesType },
          Buffer.from(`${at}`.padStart(2)),
        ),
      ),
    )
    expect(new Set(sent.map(({ status }) => status))).toEqual(new Set([201]))
    expect(readdirSync(disk('/ben')).sort()).toEqual(['x', ...Array.from({ length: 11 }, (_, at) => `x (${at + 2})`)].sort())
    expect(new Set(readdirSync(disk('/ben')).map((name) => readFileSync(disk(`/ben/${name}`), 'utf8'))).size).toBe(12)
    expect(new Set(sent.map((response) => response.headers.get('content-location'))).size).toBe(12)
  })

  test('of 255 bytes becomes no longer', async () => {
    const name = `${'ä'.repeat(125)}a.txt`
    writeFileSync(disk(`/ben/${name}`), 'old')
    await patch(locationOf(await create(`/ben/${name}`, 1, { ifExists: 'keepBoth' })), 0, Buffer.from('x'))
    const other = readdirSync(disk('/ben')).find((each) => each !== name) ?? ''
    expect(other).toMatch(/^ä+ \(2\)\.txt$/)
    expect(Buffer.byteLength(other)).toBeLessThanOrEqual(255)
  })

  test('fail is what happens when nothing is said; other words are refused', async () => {
    writeFileSync(disk('/ben/a'), 'old')
    await expectProblem(await create('/ben/a', 1), 409, 'NAME_TAKEN')
    await expectProblem(await create('/ben/a', 1, { ifExists: 'fail', replace: 'true' }), 409, 'NAME_TAKEN')
    await expectProblem(await create('/ben/a', 1, { ifExists: 'overwrite' }), 422, 'INVALID_INPUT')
    await patch(locationOf(await create('/ben/a', 3, { ifExists: 'replace' })), 0, Buffer.from('new'))
    expect(readFileSync(disk('/ben/a'), 'utf8')).toBe('new')
  })

  test('killed after keepBoth gave a name: the next start knows the file under that name', async () => {
    writeFileSync(disk('/ben/a'), 'old')
    const id =
      locationOf(await create('/ben/a', 3, { ifExists: 'keepBoth' }))
        .split('/')
        .at(-1) ?? ''
    writeFileSync(disk(`/.baluhost/spool/${id}`), 'new')
    await database.upload.update({ where: { id }, data: { path: '/ben/a (2)' } })
    linkSync(disk(`/.baluhost/spool/${id}`), disk('/ben/a (2)'))
    await server.close()
    server = await startTestServer(storage)
    expect(await database.upload.findUnique({ where: { id } })).toMatchObject({ state: 'DONE', path: '/ben/a (2)' })
    expect(readFileSync(disk('/ben/a (2)'), 'utf8')).toBe('new')
    expect(spooled()).toEqual([])
  })
})
