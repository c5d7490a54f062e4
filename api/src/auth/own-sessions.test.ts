import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Client, closed, talk } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { createId } from '../platform/identifier.ts'

const listing = '{ mySessions { id isCurrent method address client createdAt lastUsedAt expiresAt user { username } } }'
const ending = 'mutation ($id: ID!) { endSession(input: { id: $id }) { ... on Session { id isCurrent } ... on Problem { code } } }'

describe.each(await testedProviders())('people see and end their sessions on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    for (const username of ['ben', 'carl']) await admin.createUser({ username, password: goodPassword })
  })
  afterAll(() => nas.close())

  const signedIn = async (username: string) => {
    const client = nas.client()
    await client.signIn(username, goodPassword)
    return client
  }
  interface Listed {
    readonly id: string
    readonly isCurrent: boolean
  }
  const list = async (client: Client): Promise<Listed[]> => (await client.graphql(listing)).data.mySessions
  const idOf = async (client: Client) => (await list(client)).find((each) => each.isCurrent)?.id ?? ''
  const end = async (client: Client, id: string) => (await client.graphql(ending, { id })).data.endSession
  const isIn = async (client: Client) => (await client.graphql('{ me { id } }')).data.me !== null
  const endAll = async (username: string) => {
    await nas.database.session.deleteMany({ where: { user: { usernameKey: username } } })
  }

  test('the list says where from, with what and since when, and which one asks', async () => {
    await endAll('ben')
    const [one, other] = [await signedIn('ben'), await signedIn('ben')]
    const seen = (await one.graphql(listing, {}, { 'user-agent': 'ignored, as it is taken at the sign-in' })).data.mySessions
    expect(seen).toHaveLength(2)
    expect(seen.filter((each: Listed) => each.isCurrent)).toEqual([
      {
        id: expect.stringMatching(/^\w{26}$/),
        isCurrent: true,
        method: 'PASSWORD',
        address: '127.0.0.1',
        client: 'node',
        createdAt: expect.any(String),
        lastUsedAt: expect.any(String),
        expiresAt: expect.any(String),
        user: { username: 'ben' },
      },
    ])
    expect(await idOf(one)).not.toBe(await idOf(other))
    const text = JSON.stringify((await one.graphql(listing)).data)
    for (const { tokenHash } of await nas.database.session.findMany()) expect(text).not.toContain(tokenHash)
  })

  test('nobody sees sessions of others, an administrator neither', async () => {
    const ben = await signedIn('ben')
    const ids = (await list(admin)).map(({ id }) => id)
    expect(ids).not.toContain(await idOf(ben))
  })

  test('ending one takes it away, and leaves the rest', async () => {
    const [one, other, third] = [await signedIn('ben'), await signedIn('ben'), await signedIn('ben')]
    const id = await idOf(other)
    expect(await end(one, id)).toEqual({ id, isCurrent: false })
    expect([await isIn(one), await isIn(other), await isIn(third)]).toEqual([true, false, true])
    expect(await end(one, id)).toEqual({ code: 'SESSION_NOT_FOUND' })
  })

  test('what one’s own may be ended with is of no use for others', async () => {
    const [ben, carl] = [await signedIn('ben'), await signedIn('carl')]
    const id = await idOf(carl)
    for (const client of [ben, admin]) expect(await end(client, id)).toEqual({ code: 'SESSION_NOT_FOUND' })
    for (const odd of ['', 'x', '\u0000', "' OR 1=1 --", id.toUpperCase()])
      expect(await end(ben, odd)).toEqual({ code: 'SESSION_NOT_FOUND' })
    expect(await isIn(carl)).toBe(true)
    const [entry] = await nas.database.auditEntry.findMany({ where: { action: 'auth.endSession' }, orderBy: { sequence: 'desc' } })
    expect(entry).toMatchObject({ actorName: 'ben', result: 'SESSION_NOT_FOUND' })
  })

  test('ending the own one signs out, cookie and all', async () => {
    const ben = await signedIn('ben')
    const { data, headers } = await ben.graphql(ending, { id: await idOf(ben) })
    expect(data.endSession.isCurrent).toBe(true)
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^baluhost_session=; .*Max-Age=0/)])
    expect(await isIn(ben)).toBe(false)
  })

  test('of two who end the same at once, one does', async () => {
    const [one, two, victim] = [await signedIn('ben'), await signedIn('ben'), await signedIn('ben')]
    const id = await idOf(victim)
    const answers = await Promise.all([end(one, id), end(two, id)])
    expect(answers.map(({ code }) => code ?? 'ended').sort()).toEqual(['SESSION_NOT_FOUND', 'ended'])
    const entries = await nas.database.auditEntry.findMany({ where: { action: 'auth.endSession', result: 'ok' } })
    expect(entries.filter(({ details }) => JSON.stringify(details).includes(id))).toHaveLength(1)
  })

  test('ending all others closes what they have open, and keeps what this one has', async () => {
    await endAll('carl')
    const [one, two, three] = [await signedIn('carl'), await signedIn('carl'), await signedIn('carl')]
    const sockets = await Promise.all(
      [one, two, three].map(async (client) => {
        const socket = client.socket()
        const { next, send } = await talk(socket)
        send({ type: 'connection_init' })
        await next()
        return socket
      }),
    )
    const [own, ...others] = sockets
    const ends = others.map((socket) => closed(socket))
    const { data } = await one.graphql('mutation { endOtherSessions { ... on OtherSessionsEnded { count } ... on Problem { code } } }')
    expect(data.endOtherSessions).toEqual({ count: 2 })
    expect(await Promise.all(ends)).toEqual([1, 2].map(() => ({ code: 4401, reason: 'The session has ended.' })))
    expect(own?.readyState).toBe(own?.OPEN)
    expect([await isIn(one), await isIn(two), await isIn(three)]).toEqual([true, false, false])
    own?.close()
  })

  test('the list arrives by itself when a session begins and when one ends', async () => {
    await endAll('carl')
    const one = await signedIn('carl')
    const live = one.live()
    const frames = live.iterate({ query: 'subscription { mySessionsChanged { id isCurrent } }' })
    const next = async () => (await frames.next()).value?.data?.['mySessionsChanged'] as Listed[]
    expect(await next()).toEqual([{ id: await idOf(one), isCurrent: true }])
    const two = await signedIn('carl')
    expect(await next()).toHaveLength(2)
    await end(two, await idOf(two))
    expect(await next()).toEqual([{ id: await idOf(one), isCurrent: true }])
    await live.dispose()
  })

  test('an account has a hundred at most: one more ends the one that was not used for longest', async () => {
    await endAll('carl')
    const oldest = await signedIn('carl')
    const row = await nas.database.session.findFirstOrThrow({ where: { user: { usernameKey: 'carl' } } })
    const more = Array.from({ length: 99 }, (_, index) => {
      const lastUsedAt = new Date(row.lastUsedAt.getTime() + index + 1)
      return { ...row, id: createId(), tokenHash: `hash-${provider}-${index}`, lastUsedAt }
    })
    await nas.database.session.createMany({ data: more })
    expect(await isIn(oldest)).toBe(true)
    const newest = await signedIn('carl')
    expect(await isIn(oldest)).toBe(false)
    expect(await list(newest)).toHaveLength(100)
  })

  test('keys and strangers have no list, and end nothing', async () => {
    const { data } = await admin.createApiKey({ scopes: ['account:read', 'users:manage'] })
    const program = nas.client()
    program.key = data.createApiKey.key
    for (const [client, code] of [
      [program, 'FORBIDDEN'],
      [nas.client(), 'UNAUTHENTICATED'],
    ] as const) {
      for (const document of [
        '{ mySessions { id } }',
        'mutation { endOtherSessions { ... on Problem { code } } }',
        'mutation { endSession(input: { id: "x" }) { ... on Problem { code } } }',
        'mutation { changePassword(input: { new: "x" }) { ... on Problem { code } } }',
      ]) {
        const { data, errors } = await client.graphql(document)
        expect(errors?.[0]?.extensions.code ?? (Object.values(data)[0] as { code: string }).code).toBe(code)
      }
    }
    expect(await isIn(admin)).toBe(true)
  })
})
