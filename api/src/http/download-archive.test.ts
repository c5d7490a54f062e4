import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { sessionEnded } from '../auth/model.ts'
import { startTestServer, type TestServer } from '../files/test-server.ts'
import { createTestDatabase, createTestStorage, type TestStorage } from '../files/test-storage.ts'
import { listZip, testZip } from '../files/test-zip.ts'
import type { Database } from '../platform/db.ts'

let database: Database
let drop: () => Promise<void>
let storage: TestStorage
let server: TestServer
let scratch: string

beforeAll(async () => {
  ;({ database, drop } = await createTestDatabase('sqlite'))
})
afterAll(() => drop())
beforeEach(async () => {
  scratch = mkdtempSync(`${tmpdir()}/baluhost-zip-`)
  storage = await createTestStorage(database)
  for (const username of ['ben', 'vera']) await storage.files.ensureHome({ id: `id-${username}`, username })
  server = await startTestServer(storage)
})
afterEach(async () => {
  await server.close()
  await storage.close()
  rmSync(scratch, { recursive: true, force: true })
})

const disk = (path: string) => `${storage.folder}${path}`
const addressOf = (paths: readonly string[], name?: string) => {
  const query = new URLSearchParams(paths.map((path) => ['path', path]))
  if (name !== undefined) query.set('name', name)
  return `/archive?${query}`
}
const load = (address: string, user = 'ben', method = 'GET') => fetch(`${server.origin}${address}`, { method, headers: { 'x-user': user } })
/** The archive as a file, and what was said of it. */
async function fetchZip(address: string, user = 'ben') {
  const response = await load(address, user)
  expect(response.status).toBe(200)
  expect(response.headers.get('content-type')).toBe('application/zip')
  const file = `${scratch}/${randomBytes(4).toString('hex')}.zip`
  writeFileSync(file, Buffer.from(await response.arrayBuffer()))
  return { file, name: decodeURIComponent(/filename\*=UTF-8''(\S+)$/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? '') }
}
const namesOf = (file: string) =>
  listZip(file)
    .map(({ name }) => name)
    .sort()

test('a folder as it is: names, times, empty folders; neither links nor special files', async () => {
  mkdirSync(disk('/ben/Bilder/leer/tiefer'), { recursive: true })
  const photo = randomBytes(3_000_000)
  const text = 'Zeile\n'.repeat(400_000)
  writeFileSync(disk('/ben/Bilder/ü ñ 文件 👩‍👩‍👧.jpg'), photo)
  writeFileSync(disk('/ben/Bilder/notes.txt'), text)
  writeFileSync(disk('/ben/Bilder/back\\slash'), 'x')
  writeFileSync(disk('/ben/Bilder/nothing'), '')
  utimesSync(disk('/ben/Bilder/notes.txt'), 1_600_000_001, 1_600_000_001)
  utimesSync(disk('/ben/Bilder/nothing'), new Date(-86_400_000), new Date(-86_400_000))
  writeFileSync(disk('/vera/secret'), 'secret')
  symlinkSync(disk('/vera/secret'), disk('/ben/Bilder/link'))
  symlinkSync(disk('/vera'), disk('/ben/Bilder/linked'))
  execFileSync('mkfifo', [disk('/ben/Bilder/fifo')])
  writeFileSync(Buffer.concat([Buffer.from(`${disk('/ben/Bilder/')}`), Buffer.from([0xff, 0x41])]), 'x')

  const { file, name } = await fetchZip('/files/ben/Bilder?zip')
  expect(name).toBe('Bilder.zip')
  testZip(file)
  const entries = Object.fromEntries(listZip(file).map((entry) => [entry.name, entry]))
  expect(Object.keys(entries).sort()).toEqual(
    [
      'Bilder/',
      'Bilder/leer/',
      'Bilder/leer/tiefer/',
      'Bilder/back＼slash',
      'Bilder/notes.txt',
      'Bilder/nothing',
      'Bilder/ü ñ 文件 👩‍👩‍👧.jpg',
    ].sort(),
  )
  expect(entries['Bilder/notes.txt']).toMatchObject({ method: 8, seconds: 1_600_000_001, size: text.length, sha256: sha256(text) })
  expect(entries['Bilder/notes.txt']?.packed).toBeLessThan(text.length / 10)
  expect(entries['Bilder/ü ñ 文件 👩‍👩‍👧.jpg']).toMatchObject({ method: 0, packed: photo.length, sha256: sha256(photo) })
  expect(entries['Bilder/nothing']).toMatchObject({ size: 0, seconds: -86_400 })
})

test('a selection: several folders, the same name twice, what is in another of them once', async () => {
  mkdirSync(disk('/ben/a/b'), { recursive: true })
  mkdirSync(disk('/ben/c'))
  for (const path of ['/ben/a/x.txt', '/ben/a/b/y.txt', '/ben/c/x.txt']) writeFileSync(disk(path), path)
  const { file, name } = await fetchZip(addressOf(['/ben/c/x.txt', '/ben/a/x.txt', '/ben/a/b', '/ben/a/b/y.txt', '/ben/a/b']))
  testZip(file)
  expect(name).toBe('ben.zip')
  expect(namesOf(file)).toEqual(['b/', 'b/y.txt', 'x (2).txt', 'x.txt'])
  expect((await fetchZip(addressOf(['/ben/a'], 'Meine Sachen'))).name).toBe('Meine Sachen.zip')
  const home = await fetchZip(addressOf(['/']))
  expect(namesOf(home.file).filter((entry) => !entry.startsWith('ben/'))).toEqual(['Shared/'])
  const all = await fetchZip(addressOf(['/']), 'root/ADMIN')
  expect(namesOf(all.file).filter((entry) => /^[^/]+\/$/.test(entry))).toEqual(['Shared/', 'ben/', 'vera/'])
})

test('refuses with a code before a byte is sent', async () => {
  mkdirSync(disk('/ben/a'))
  symlinkSync(disk('/vera'), disk('/ben/link'))
  for (const [paths, name, status, code] of [
    [[], undefined, 422, 'INVALID_INPUT'],
    [['/ben/none'], undefined, 404, 'FILE_NOT_FOUND'],
    [['/ben/a', '/vera'], undefined, 404, 'FILE_NOT_FOUND'],
    [['/ben/a', '/ben/link'], undefined, 403, 'PATH_OUTSIDE_STORAGE'],
    [['/ben/../vera'], undefined, 403, 'PATH_OUTSIDE_STORAGE'],
    [['/.baluhost'], undefined, 422, 'INVALID_INPUT'],
    [['/ben/a'], 'a/b', 422, 'INVALID_INPUT'],
    [['/ben/a'], 'a\r\nb', 422, 'INVALID_INPUT'],
    [Array.from({ length: 1_001 }, (_, index) => `/${index}`), undefined, 422, 'INVALID_INPUT'],
  ] as const) {
    const response = await load(addressOf(paths, name))
    expect([response.status, (await response.json()).code], String(paths).slice(0, 50)).toEqual([status, code])
  }
  expect((await load(addressOf(['/ben/a']), '')).status).toBe(401)
  const head = await load(addressOf(['/ben/a']), 'ben', 'HEAD')
  expect([head.status, head.headers.get('content-type'), (await head.arrayBuffer()).byteLength]).toEqual([200, 'application/zip', 0])
})

test.each([
  ['written to', () => appendFileSync(disk('/ben/a/film.mp4'), 'x')],
  ['shortened', () => truncateSync(disk('/ben/a/film.mp4'), 20_000_000)],
  [
    'changed with its time put back',
    () => {
      writeFileSync(disk('/ben/a/film.mp4'), Buffer.from([1]), { flag: 'r+' })
      utimesSync(disk('/ben/a/film.mp4'), 1_600_000_000, 1_600_000_000)
    },
  ],
])('a file that is %s while it is read ends the connection rather than lie', async (_what, change) => {
  mkdirSync(disk('/ben/a'))
  writeFileSync(disk('/ben/a/film.mp4'), Buffer.alloc(100_000_000))
  utimesSync(disk('/ben/a/film.mp4'), 1_600_000_000, 1_600_000_000)
  const response = await load(addressOf(['/ben/a']))
  const reader = response.body?.getReader()
  const readAtLeast = async (least: number) => {
    for (let got = 0; got < least; ) {
      const part = await reader?.read()
      if (!part || part.done) return
      got += part.value.length
    }
  }
  // Into the file: what comes first are headers.
  await readAtLeast(1_000_000)
  change()
  await expect(readAtLeast(Number.POSITIVE_INFINITY)).rejects.toThrow()
})

test('who signs out gets no more of an archive', async () => {
  writeFileSync(disk('/ben/big'), '')
  truncateSync(disk('/ben/big'), 300_000_000)
  const response = await load(addressOf(['/ben/big']))
  storage.bus.publish(sessionEnded, 's', { sessionId: 's' })
  await expect(response.arrayBuffer()).rejects.toThrow()
})

test('whoever reads slowly, or hangs up, costs neither memory nor descriptors', { timeout: 30_000 }, async () => {
  mkdirSync(disk('/ben/big/deep/deeper'), { recursive: true })
  for (const [name, folder] of [
    ['a.mp4', ''],
    ['b.txt', '/deep'],
    ['c.mp4', '/deep/deeper'],
  ] as const) {
    writeFileSync(disk(`/ben/big${folder}/${name}`), '')
    truncateSync(disk(`/ben/big${folder}/${name}`), 400_000_000)
  }
  const { hostname, port } = new URL(server.origin)
  await (await load(addressOf(['/ben/big/deep/deeper/none']))).text()
  const open = () => readdirSync('/proc/self/fd').filter((fd) => linkOf(fd).startsWith(storage.folder)).length
  const before = open()
  const clients = ['/ben/big', '/ben/big/deep/b.txt', '/ben/big/deep'].flatMap((path) =>
    Array.from({ length: 4 }, () => {
      const socket = connect(Number(port), hostname)
      socket.on('error', () => {})
      socket.write(`GET ${addressOf([path])} HTTP/1.1\r\nHost: x\r\nX-User: ben\r\n\r\n`)
      return socket
    }),
  )
  await sleep(500)
  expect(open()).toBeGreaterThan(before)
  const memory = process.memoryUsage.rss()
  await sleep(1_000)
  expect(process.memoryUsage.rss() - memory).toBeLessThan(40_000_000)
  for (const [index, socket] of clients.entries()) index % 2 ? socket.destroy() : socket.resetAndDestroy()
  await expect.poll(open, { timeout: 5_000 }).toBe(before)
})

function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

function linkOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`)
  } catch {
    return ''
  }
}
