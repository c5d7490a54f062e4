import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { join, makePicture } from '../users/test-people.ts'

const csrf = { 'x-baluhost-csrf': '1' }

describe.each(await testedProviders())('pictures of accounts on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let ben: { id: string; client: Client }
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    ben = await join(nas, admin, 'ben')
  })
  afterAll(() => nas.close())

  const put = async (client: Client, who: string, bytes: Uint8Array | string, headers: Record<string, string> = csrf) => {
    const response = await client.fetch(`/avatars/${who}`, {
      method: 'PUT',
      headers: { 'content-type': 'image/png', ...headers },
      body: typeof bytes === 'string' ? bytes : new Uint8Array(bytes),
    })
    return { status: response.status, body: (await response.json()) as { avatarUrl?: string; code?: string } }
  }
  const urlOf = async (client: Client) => (await client.graphql('{ me { avatarUrl } }')).data.me.avatarUrl
  const files = () => readdirSync(`${nas.dataDir}/avatars`)

  test.each(['png', 'jpeg', 'webp', 'gif'] as const)('a %s becomes a square WebP without what else it held', async (format) => {
    const { status, body } = await put(ben.client, 'me', await makePicture(format, 600, 400))
    expect(status).toBe(200)
    expect(await urlOf(ben.client)).toBe(body.avatarUrl)
    const response = await admin.fetch(body.avatarUrl ?? '')
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': 'image/webp',
      'cache-control': 'private, max-age=31536000, immutable',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    })
    const bytes = Buffer.from(await response.arrayBuffer())
    const { default: sharp } = await import('sharp')
    expect(await sharp(bytes).metadata()).toMatchObject({ format: 'webp', width: 256, height: 256 })
    expect(bytes.includes('kept secret')).toBe(false)
    // The one before is gone.
    expect(files()).toEqual([body.avatarUrl?.split('/').pop()])
  })

  const png = () => makePicture('png')
  test.each([
    ['nothing', async () => Buffer.alloc(0), 400, 'BAD_REQUEST'],
    [
      'an SVG',
      async () => '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><script>alert(1)</script></svg>',
      422,
      'UNREADABLE_IMAGE',
    ],
    ['words', async () => 'not a picture', 422, 'UNREADABLE_IMAGE'],
    ['the beginning of a PNG', async () => (await png()).subarray(0, 60), 422, 'UNREADABLE_IMAGE'],
    ['a PNG that is damaged', async () => Buffer.concat([(await png()).subarray(0, 45), Buffer.alloc(40, 7)]), 422, 'UNREADABLE_IMAGE'],
    [
      'words that begin as a JPEG',
      async () => Buffer.concat([Buffer.from([0xff, 0xd8, 0xff]), Buffer.from('x'.repeat(999))]),
      422,
      'UNREADABLE_IMAGE',
    ],
    ['a picture of too many pixels', async () => makePicture('png', 10_000, 6_000), 422, 'UNREADABLE_IMAGE'],
    ['more than 5 MB', async () => Buffer.alloc(5 * 1024 * 1024 + 1), 413, 'REQUEST_TOO_LARGE'],
  ])('%s is refused with a code, and changes nothing', async (_what, make, status, code) => {
    const before = [await urlOf(ben.client), files()]
    expect(await put(ben.client, 'me', await make())).toMatchObject({ status, body: { code } })
    expect([await urlOf(ben.client), files()]).toEqual(before)
  })

  test('one changes the own picture, an administrator anybody’s, a stranger none and sees none', async () => {
    const picture = await png()
    const { client: vera, id: veraId } = await join(nas, admin, 'vera', 'VIEWER')
    expect((await put(vera, 'me', picture)).status).toBe(200)
    expect(await put(ben.client, veraId, picture)).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } })
    expect((await put(admin, veraId, picture)).status).toBe(200)
    expect(await put(admin, 'nobody', picture)).toMatchObject({ status: 404, body: { code: 'USER_NOT_FOUND' } })
    expect(await put(nas.client(), 'me', picture)).toMatchObject({ status: 401, body: { code: 'UNAUTHENTICATED' } })
    expect(await put(vera, 'me', picture, {})).toMatchObject({ status: 403, body: { code: 'CSRF_HEADER_MISSING' } })
    const address = await urlOf(vera)
    expect((await nas.client().fetch(address)).status).toBe(401)
    expect((await ben.client.fetch(address)).status).toBe(200)
    for (const wrong of [
      '/avatars/x.webp',
      '/avatars/..%2fsetup-token',
      '/avatars/..%2f..%2fetc%2fpasswd',
      `/avatars/${'0'.repeat(32)}.webp`,
      '/avatars/me',
    ])
      expect((await ben.client.fetch(wrong)).status, wrong).toBe(404)
    const gone = await vera.fetch('/avatars/me', { method: 'DELETE', headers: csrf })
    expect(await gone.json()).toEqual({ avatarUrl: null })
    expect(await urlOf(vera)).toBeNull()
    expect((await ben.client.fetch(address)).status).toBe(404)
    expect((await vera.fetch('/avatars/me', { method: 'DELETE', headers: csrf })).status).toBe(200)
  })

  test('of many sent at once one stays, on the disk too', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, async (_, index) => put(ben.client, 'me', await makePicture('png', 20 + index, 20))),
    )
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200))
    expect(files()).toEqual([(await urlOf(ben.client)).split('/').pop()])
  })

  test('a start removes pictures that no account has, and keeps the others', async () => {
    const address = await urlOf(ben.client)
    writeFileSync(`${nas.dataDir}/avatars/${'a'.repeat(32)}.webp`, 'left behind')
    writeFileSync(`${nas.dataDir}/avatars/${'b'.repeat(32)}.webp.part`, 'half')
    nas = await nas.restart()
    expect(files()).toEqual([address.split('/').pop()])
    expect(readFileSync(`${nas.dataDir}/avatars/${files()[0]}`).length).toBeGreaterThan(50)
    admin = nas.client()
  })
})
