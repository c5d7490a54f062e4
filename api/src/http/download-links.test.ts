import { randomBytes } from 'node:crypto'
import { mkdirSync, truncateSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { TurnedClock } from '../simulation/turned-clock.ts'

const create = `mutation ($input: CreateDownloadUrlInput!) { createDownloadUrl(input: $input) {
  ... on DownloadUrl { url expiresAt } ... on Problem { code field } } }`
const content = randomBytes(300_000)

describe.each(await testedProviders())('on %s, a link for a program', (provider) => {
  let nas: TestNas
  let admin: Client
  let ben: Client
  const clock = new TurnedClock(Date.now())
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider, clock }))
    await admin.createUser({ username: 'ben', password: goodPassword })
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
    mkdirSync(`${nas.storageDir}/ben/Filme`)
    writeFileSync(`${nas.storageDir}/ben/Filme/ü 1.mp4`, content)
    writeFileSync(`${nas.storageDir}/ben/long`, '')
    truncateSync(`${nas.storageDir}/ben/long`, 300_000_000)
  })
  afterAll(() => nas.close())

  const linkOf = async (client: Client, input: Record<string, unknown>) =>
    (await client.graphql(create, { input: { path: '/ben/Filme/ü 1.mp4', expiresInSeconds: 600, ...input } })).data?.createDownloadUrl
  /** As a player asks: with nothing but the address. */
  const load = (url: string, init: RequestInit = {}) => fetch(new URL(url, nas.origin), init)
  const answerOf = async (url: string) => {
    const response = await load(url)
    return [response.status, response.headers.get('content-type')?.includes('problem') ? (await response.json()).code : 'bytes']
  }

  test('gives the bytes, parts of them and what is said about them', async () => {
    const { url, expiresAt } = await linkOf(ben, {})
    expect(Math.abs(Date.parse(expiresAt) - clock.now().getTime() - 600_000)).toBeLessThan(1_001)
    expect(url).toMatch(/^\/signed\/[\w.-]+\/ben\/Filme\/%C3%BC%201.mp4$/)
    const whole = await load(url)
    expect([whole.status, whole.headers.get('content-type')]).toEqual([200, 'video/mp4'])
    expect(whole.headers.get('content-disposition')).toMatch(/^inline; /)
    expect(Buffer.from(await whole.arrayBuffer()).equals(content)).toBe(true)
    const part = await load(url, { headers: { range: 'bytes=10-19' } })
    expect([part.status, Buffer.from(await part.arrayBuffer()).equals(content.subarray(10, 20))]).toEqual([206, true])
    const head = await load(url, { method: 'HEAD' })
    expect([head.status, head.headers.get('content-length')]).toEqual([200, '300000'])
    expect((await load(url, { method: 'POST' })).status).toBe(404)
    const saved = await load((await linkOf(ben, { download: true })).url)
    expect(saved.headers.get('content-disposition')).toMatch(/^attachment; /)
    await saved.arrayBuffer()
  })

  test('is written down without what is secret of it, and stands in no log', async () => {
    const { url } = await linkOf(ben, { expiresInSeconds: 60 })
    await (await load(url)).arrayBuffer()
    await load(`${url}x`)
    const entry = await nas.database.auditEntry.findFirstOrThrow({
      where: { action: 'files.createDownloadUrl' },
      orderBy: { sequence: 'desc' },
    })
    expect(entry).toMatchObject({ target: '/ben/Filme/ü 1.mp4', result: 'ok', actorName: 'ben' })
    const seal = url.split('/')[2].split('.').at(-1)
    expect(seal.length).toBe(43)
    expect(JSON.stringify(entry.details)).not.toContain(seal)
    expect(nas.logged.join('')).not.toContain(seal)
  })

  test('is for that file alone, and nothing of it can be changed', async () => {
    const { url } = await linkOf(ben, {})
    const [, , ticket, ...path] = url.split('/')
    const [until, user, session, flag, key, seal] = ticket.split('.')
    const signed = (...parts: string[]) => `/signed/${parts.join('.')}/${path.join('/')}`
    const other = await linkOf(admin, {})
    const [, , theirs] = other.url.split('/')
    for (const [what, address] of [
      ['another file', `/signed/${ticket}/ben/long`],
      ['its folder', `/signed/${ticket}/ben/Filme`],
      ['another spelling', `/signed/${ticket}/ben/Filme/${path[2]}/`],
      ['no file', `/signed/${ticket}`],
      ['a later end', signed(`${until.slice(0, -1)}${until.endsWith('z') ? 'y' : 'z'}`, user, session, flag, key, seal)],
      ['another account', signed(until, theirs.split('.')[1], session, flag, key, seal)],
      ['another session', signed(until, user, theirs.split('.')[2], flag, key, seal)],
      ['another way', signed(until, user, session, 'd', key, seal)],
      ['another key', signed(until, user, session, flag, 'nokey', seal)],
      ['a cut seal', signed(until, user, session, flag, key, seal.slice(0, -1))],
      ['more behind it', signed(until, user, session, flag, key, seal, 'x')],
      ['nonsense', '/signed/x/ben/long'],
    ] as const) {
      expect(await answerOf(address), what).toEqual([403, 'DOWNLOAD_LINK_INVALID'])
    }
    // No cookie makes good what the link lacks.
    expect((await ben.fetch(`/signed/${ticket}/ben/long`)).status).toBe(403)
    expect(await answerOf(url)).toEqual([200, 'bytes'])
  })

  test('is not made for what is not there, not seen, or no file', async () => {
    writeFileSync(`${nas.storageDir}/ada/secret`, 'x')
    for (const [input, code] of [
      [{ path: '/ben/none' }, 'FILE_NOT_FOUND'],
      [{ path: '/ada/secret' }, 'FILE_NOT_FOUND'],
      [{ path: '/ben/Filme' }, 'NOT_A_FILE'],
      [{ expiresInSeconds: 59 }, 'INVALID_INPUT'],
      [{ expiresInSeconds: 86_401 }, 'INVALID_INPUT'],
    ] as const) {
      expect(await linkOf(ben, input)).toMatchObject({ code })
    }
    expect((await nas.client().graphql(create, { input: { path: '/ben/long', expiresInSeconds: 60 } })).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    )
  })

  test('ends at its time, and with the sign-in that made it', async () => {
    const other = nas.client()
    await other.signIn('ben', goodPassword)
    const { url } = await linkOf(other, { expiresInSeconds: 60 })
    const { url: long } = await linkOf(other, { path: '/ben/long', expiresInSeconds: 3_600 })
    clock.turn(59_000)
    expect(await answerOf(url)).toEqual([200, 'bytes'])
    clock.turn(2_000)
    expect(await answerOf(url)).toEqual([410, 'DOWNLOAD_LINK_EXPIRED'])
    const underWay = await load(long)
    expect(underWay.status).toBe(200)
    await other.graphql('mutation { signOut { __typename } }')
    await expect(underWay.arrayBuffer()).rejects.toThrow()
    expect(await answerOf(long)).toEqual([410, 'DOWNLOAD_LINK_EXPIRED'])
  })

  test('prolongs nothing', async () => {
    const session = await nas.database.session.findFirstOrThrow({ where: { user: { username: 'ben' } } })
    const { url } = await linkOf(ben, {})
    const used = (await nas.database.session.findUniqueOrThrow({ where: { id: session.id } })).lastUsedAt
    clock.turn(300_000)
    expect(await answerOf(url)).toEqual([200, 'bytes'])
    expect((await nas.database.session.findUniqueOrThrow({ where: { id: session.id } })).lastUsedAt).toEqual(used)
  })

  test('of a key may do what the key may, from where it may, with the role that its owner has by then', async () => {
    await admin.createUser({ username: 'otto', password: goodPassword, role: 'ADMIN' })
    const otto = nas.client()
    await otto.signIn('otto', goodPassword)
    const keyed = async (scopes: string[]) => {
      const { data } = await otto.createApiKey({ scopes })
      const client = nas.client()
      client.key = data.createApiKey.key
      return { client, id: data.createApiKey.apiKey.id as string }
    }
    const { client, id } = await keyed(['files:read'])
    const { url } = await linkOf(client, {})
    expect(await answerOf(url)).toEqual([200, 'bytes'])
    await nas.database.apiKey.update({ where: { id }, data: { addresses: ['10.9.9.9'] } })
    expect(await answerOf(url)).toEqual([410, 'DOWNLOAD_LINK_EXPIRED'])
    await nas.database.apiKey.update({ where: { id }, data: { addresses: [] } })
    await nas.database.user.update({ where: { usernameKey: 'otto' }, data: { role: 'USER' } })
    expect(await answerOf(url)).toEqual([404, 'FILE_NOT_FOUND'])
    await nas.database.user.update({ where: { usernameKey: 'otto' }, data: { role: 'ADMIN', disabledAt: clock.now() } })
    expect(await answerOf(url)).toEqual([410, 'DOWNLOAD_LINK_EXPIRED'])
    await nas.database.user.update({ where: { usernameKey: 'otto' }, data: { disabledAt: null } })
    await nas.database.apiKey.delete({ where: { id } })
    expect(await answerOf(url)).toEqual([410, 'DOWNLOAD_LINK_EXPIRED'])
    const none = await (await keyed(['telemetry:read'])).client.graphql(create, { input: { path: '/ben/long', expiresInSeconds: 60 } })
    expect(none.errors?.[0]?.extensions.code).toBe('FORBIDDEN')
  })
})
