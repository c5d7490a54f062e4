import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs'
import { crc32 } from 'node:zlib'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas } from '../../test/nas.ts'
import { ThumbnailCache } from './cache.ts'

const hasFfmpeg = (() => {
  try {
    execFileSync('ffmpeg', ['-version'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
})()

/** The same PNG, whose head says that it is so wide and high. */
function enlarged(png: Buffer, side: number): Buffer {
  const bytes = Buffer.from(png)
  bytes.writeUInt32BE(side, 16)
  bytes.writeUInt32BE(side, 20)
  bytes.writeUInt32BE(crc32(bytes.subarray(12, 29)), 29)
  return bytes
}

describe('small pictures', () => {
  let nas: TestNas
  let admin: Client
  let ben: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider: 'sqlite' }))
    await admin.createUser({ username: 'ben', password: goodPassword })
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
  })
  afterAll(() => nas.close())

  const disk = (path: string) => `${nas.storageDir}${path}`
  const picture = (width: number, height: number) =>
    sharp({ create: { width, height, channels: 3, background: { r: 200, g: 30, b: 60 } } })
      .withExif({ IFD0: { Copyright: 'nobody' } })
      .jpeg()
      .toBuffer()
  const urlOf = async (path: string, client = ben) =>
    (await client.graphql('query ($path: Path!) { file(path: $path) { thumbnailUrl } }', { path })).data.file.thumbnailUrl
  const cached = () => readdirSync(`${nas.dataDir}/thumbnails`, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

  test('a picture is made small, upright and without what else was in it; and kept for the next who asks', async () => {
    writeFileSync(disk('/ben/wide one.jpg'), await picture(1_600, 800))
    const url = await urlOf('/ben/wide one.jpg')
    expect(url).toMatch(/^\/thumbnails\/ben\/wide%20one\.jpg\?v=/)
    const response = await ben.fetch(url)
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'image/webp'])
    expect(response.headers.get('cache-control')).toContain('immutable')
    const bytes = Buffer.from(await response.arrayBuffer())
    const { width, height, exif } = await sharp(bytes).metadata()
    expect([width, height, exif]).toEqual([256, 128, undefined])
    expect(cached()).toHaveLength(1)
    expect(Buffer.from(await (await ben.fetch(url)).arrayBuffer()).equals(bytes)).toBe(true)
    expect(cached()).toHaveLength(1)
    const larger = await sharp(Buffer.from(await (await ben.fetch(`${url}&size=1024`)).arrayBuffer())).metadata()
    expect(larger.width).toBe(1_024)
    expect((await ben.fetch(`${url}&size=77`)).status).toBe(422)
  })

  test('the same content under another name is not made again; another content has another address', async () => {
    const before = cached().length
    writeFileSync(
      disk('/ben/now.png'),
      await sharp(await picture(300, 300))
        .png()
        .toBuffer(),
    )
    const url = await urlOf('/ben/now.png')
    await ben.fetch(url)
    expect(cached()).toHaveLength(before + 1)
    writeFileSync(
      disk('/ben/now.png'),
      await sharp(await picture(100, 300))
        .png()
        .toBuffer(),
    )
    utimesSync(disk('/ben/now.png'), new Date(), new Date(Date.now() + 5_000))
    const next = await urlOf('/ben/now.png')
    expect(next).not.toBe(url)
    expect((await sharp(Buffer.from(await (await ben.fetch(next)).arrayBuffer())).metadata()).width).toBe(85)
  })

  test('only who may read the file gets its picture', async () => {
    await admin.createUser({ username: 'anna', password: goodPassword })
    writeFileSync(disk('/anna/hers.jpg'), await picture(30, 30))
    const url = await urlOf('/anna/hers.jpg', admin)
    expect((await ben.fetch(url)).status).toBe(404)
    expect((await nas.client().fetch(url)).status).toBe(401)
    expect((await admin.fetch(url)).status).toBe(200)
  })

  test('what cannot be made small is said with a code, and harms nobody', async () => {
    const codeOf = async (path: string) => {
      const response = await ben.fetch(`/thumbnails${path}`)
      return [response.status, ((await response.json()) as { code: string }).code]
    }
    writeFileSync(disk('/ben/text.txt'), 'text')
    writeFileSync(disk('/ben/vector.svg'), '<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>')
    writeFileSync(
      disk('/ben/renamed.png'),
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>',
    )
    writeFileSync(disk('/ben/broken.jpg'), (await picture(500, 500)).subarray(0, 900))
    writeFileSync(disk('/ben/empty.jpg'), '')
    // Small as a file; its head says 900 million pixels.
    writeFileSync(
      disk('/ben/bomb.png'),
      enlarged(
        await sharp(await picture(10, 10))
          .png()
          .toBuffer(),
        30_000,
      ),
    )
    mkdirSync(disk('/ben/folder.jpg'))
    for (const path of ['/ben/text.txt', '/ben/vector.svg', '/ben/renamed.png', '/ben/broken.jpg', '/ben/empty.jpg', '/ben/bomb.png'])
      expect([path, await codeOf(path)]).toEqual([path, [404, 'NO_THUMBNAIL']])
    expect((await codeOf('/ben/folder.jpg'))[1]).toBe('NOT_A_FILE')
    expect((await codeOf('/ben/none.jpg'))[1]).toBe('FILE_NOT_FOUND')
    expect(await urlOf('/ben/text.txt')).toBeNull()
    expect(await urlOf('/ben/vector.svg')).toBeNull()
  })

  test('many at once are made a few at a time, each once', async () => {
    const bytes = await picture(900, 900)
    for (let index = 0; index < 40; index++)
      writeFileSync(disk(`/ben/many-${index % 20}-${index}.jpg`), Buffer.concat([bytes, Buffer.from(String(index % 20))]))
    const answers = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => (await ben.fetch(`/thumbnails/ben/many-${index % 20}-${index}.jpg`)).status),
    )
    expect(answers).toEqual(Array.from({ length: 40 }, () => 200))
  })

  test.skipIf(!hasFfmpeg)('a film shows a frame of it, and nothing that stands in it leads to another file', async () => {
    execFileSync('ffmpeg', [
      '-loglevel',
      'error',
      '-f',
      'lavfi',
      '-i',
      'testsrc=size=320x240:rate=10:duration=2',
      '-pix_fmt',
      'yuv420p',
      disk('/ben/film.mp4'),
    ])
    const response = await ben.fetch(await urlOf('/ben/film.mp4'))
    expect(response.status).toBe(200)
    expect((await sharp(Buffer.from(await response.arrayBuffer())).metadata()).width).toBe(256)
    writeFileSync(disk('/ben/list.mp4'), `#EXTM3U\n#EXTINF:1,\nfile://${disk('/ben/film.mp4')}\n#EXT-X-ENDLIST\n`)
    expect((await ben.fetch('/thumbnails/ben/list.mp4')).status).toBe(404)
  })

  test('beyond their space those go that were not looked at for longest', async () => {
    const all = cached().map((entry) => `${entry.parentPath}/${entry.name}`)
    expect(all.length).toBeGreaterThan(10)
    const [oldest = '', ...rest] = all
    utimesSync(oldest, new Date(0), new Date(0))
    const total = all.reduce((sum, path) => sum + statSync(path).size, 0)
    const cache = new ThumbnailCache(`${nas.dataDir}/thumbnails`)
    expect(await cache.prune(total - 1, new AbortController().signal)).toMatchObject({ removed: 1 })
    const left = cached().map((entry) => `${entry.parentPath}/${entry.name}`)
    expect(left.sort()).toEqual(rest.sort())
  })

  test('one that is not whole is made again rather than sent', async () => {
    const cache = new ThumbnailCache(`${nas.dataDir}/thumbnails`)
    await cache.write('some', Buffer.from('a picture'))
    expect((await cache.read('some'))?.toString()).toBe('a picture')
    const newest = cached()
      .map((entry) => `${entry.parentPath}/${entry.name}`)
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0]
    truncateSync(newest ?? '', 5)
    expect(await cache.read('some')).toBeNull()
  })
})
