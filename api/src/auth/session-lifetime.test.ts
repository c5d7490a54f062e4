import { truncateSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, closed, talk } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { testActor } from '../files/test-storage.ts'
import { endOf } from './session-life.ts'
import { sessionLifetime } from './settings.ts'

const hour = 3_600_000

describe('when a session ends', () => {
  const at = (hours: number) => new Date(hours * hour)
  const session = { createdAt: at(0), lastUsedAt: at(10), expiresAt: at(30), absoluteExpiresAt: at(100) }

  test.each([
    ['as it was promised', { idleHours: 20, absoluteHours: 100 }, 30],
    ['sooner, when less idleness is allowed', { idleHours: 5, absoluteHours: 100 }, 15],
    ['sooner, when the whole life is shorter', { idleHours: 20, absoluteHours: 24 }, 24],
    ['not later, when more is allowed', { idleHours: 500, absoluteHours: 1_000 }, 30],
  ])('%s', (_when, lifetime, end) => expect(endOf(session, lifetime)).toEqual(at(end)))
})

describe.each(await testedProviders())('administrators decide how long sessions live, on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
  })
  afterAll(() => nas.close())

  const set = (value: { idleHours: number; absoluteHours: number } | null) =>
    nas.services.settings.set(testActor(adminName, 'ADMIN'), sessionLifetime, value)
  const isIn = async (client: Client) => (await client.graphql('{ me { id } }')).data.me !== null
  /** A session with an open socket, as if it had been begun and last used so many hours ago. */
  const aged = async (begun: number, used: number) => {
    const client = nas.client()
    const { data } = await client.signIn(adminName, goodPassword)
    const socket = client.socket()
    const { next, send } = await talk(socket)
    send({ type: 'connection_init' })
    await next()
    const times = { createdAt: new Date(Date.now() - begun * hour), lastUsedAt: new Date(Date.now() - used * hour) }
    await nas.database.session.update({ where: { id: data.signIn.id }, data: times })
    return { client, socket, end: closed(socket) }
  }

  test('less than before ends at once what is over by it, and closes what that has open', async () => {
    const idle = await aged(3, 3)
    const old = await aged(30, 0)
    const fresh = await aged(1, 0)
    await set({ idleHours: 2, absoluteHours: 24 })
    expect((await Promise.all([idle.end, old.end])).map(({ code }) => code)).toEqual([4401, 4401])
    expect([await isIn(idle.client), await isIn(old.client), await isIn(fresh.client), await isIn(admin)]).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect(fresh.socket.readyState).toBe(fresh.socket.OPEN)
    fresh.socket.close()
    await set(null)
  })

  test('a download under way stops when the time of its session is over, and not before', async () => {
    const path = `${nas.storageDir}/${adminName}/large`
    writeFileSync(path, '')
    truncateSync(path, 200 * 2 ** 20)
    const client = nas.client()
    const { data } = await client.signIn(adminName, goodPassword)
    const end = Date.now() + 2_500
    await nas.database.session.update({ where: { id: data.signIn.id }, data: { absoluteExpiresAt: new Date(end) } })
    // Looked at anew: a session begun here is never given so little.
    await set({ idleHours: 2, absoluteHours: 3 })
    const response = await client.fetch(`/files/${adminName}/large`)
    const reader = response.body?.getReader()
    await reader?.read()
    // Somebody else’s sign-in takes away what is overdue too: it must not do so unheard.
    const clock = setTimeout(() => void nas.client().signIn(adminName, goodPassword), end - Date.now() + 5)
    const readOn = async () => {
      // Slower than it is over.
      while (!(await reader?.read())?.done) await new Promise((resolve) => setTimeout(resolve, 50))
    }
    await expect(readOn()).rejects.toThrow()
    clearTimeout(clock)
    expect(Date.now()).toBeGreaterThanOrEqual(end)
    expect(Date.now() - end).toBeLessThan(5_000)
    expect(await isIn(client)).toBe(false)
    await set(null)
  })

  test('a new session gets what is allowed now, in its row and in the list', async () => {
    await set({ idleHours: 2, absoluteHours: 3 })
    const client = nas.client()
    const { data } = await client.signIn(adminName, goodPassword)
    const row = await nas.database.session.findUniqueOrThrow({ where: { id: data.signIn.id } })
    expect(row.expiresAt.getTime() - row.createdAt.getTime()).toBeLessThan(2 * hour + 5_000)
    expect(row.absoluteExpiresAt.getTime() - row.createdAt.getTime()).toBe(3 * hour)
    expect(Date.parse(data.signIn.expiresAt)).toBeLessThanOrEqual(row.createdAt.getTime() + 2 * hour)
    await set(null)
  })

  test('what cannot be is refused', async () => {
    for (const value of [
      { idleHours: 0, absoluteHours: 1 },
      { idleHours: 2, absoluteHours: 1 },
      { idleHours: 1, absoluteHours: 9_000 },
      { idleHours: 1.5, absoluteHours: 2 },
    ])
      await expect(set(value)).rejects.toMatchObject({ code: 'INVALID_INPUT' })
    expect(nas.services.settings.get(sessionLifetime)).toEqual(sessionLifetime.preset)
  })
})
