import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { sessionLifetime } from './settings.ts'

const minute = 60_000
const hour = 60 * minute

describe.each(await testedProviders())('sessions on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
  })
  afterAll(() => nas.close())

  const tokenOf = (client: Client) => client.sessionToken
  const hashOf = (token: string) => createHash('sha256').update(token).digest('hex')
  const nameOf = async (client: Client) => (await client.graphql('{ me { username } }')).data.me?.username ?? null
  const signedIn = async () => {
    const client = nas.client()
    await client.signIn(adminName, goodPassword)
    return client
  }

  test('the cookie is out of reach of scripts and of other sites, and the answer does not hold the token', async () => {
    const client = nas.client()
    const { data, headers, errors } = await client.signIn('ADA', goodPassword)
    expect(errors).toBeUndefined()
    expect(data.signIn).toMatchObject({ __typename: 'Session', user: { username: adminName, role: 'ADMIN' } })
    const [cookie = '', ...more] = headers.getSetCookie()
    // The other says that somebody signed in with this browser, and no more.
    expect(more).toEqual([expect.stringMatching(/^baluhost_device=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict; Max-Age=\d{8}$/)])
    const [pair, ...attributes] = cookie.split('; ')
    expect(pair).toMatch(/^baluhost_session=[\w-]{43}$/)
    expect(attributes.sort()).toEqual(['HttpOnly', expect.stringMatching(/^Max-Age=\d{8,}$/), 'Path=/', 'SameSite=Strict'])
    expect(JSON.stringify(data)).not.toContain(tokenOf(client))
  })

  test('a sign-in is written down as of who signed in, a refused one as of nobody', async () => {
    const client = nas.client()
    await client.signIn('ADA', 'not the password')
    await client.signIn('ADA', goodPassword)
    const { id } = await nas.database.user.findFirstOrThrow({ where: { username: adminName } })
    const entries = await nas.database.auditEntry.findMany({ where: { action: 'auth.signIn' }, orderBy: { sequence: 'desc' }, take: 2 })
    expect(entries.map(({ actorId, actorName, keyId, result, target }) => ({ actorId, actorName, keyId, result, target }))).toEqual([
      { actorId: id, actorName: adminName, keyId: null, result: 'ok', target: adminName },
      { actorId: null, actorName: 'anonymous', keyId: null, result: 'SIGN_IN_FAILED', target: 'ADA' },
    ])
    expect(entries[0]).toMatchObject({ address: '127.0.0.1', client: 'node', requestId: expect.stringMatching(/./) })
  })

  test('a password that was typed as the name is written down nowhere', async () => {
    await nas.client().signIn('my-long-secret-phrase', 'ada')
    const [newest] = await nas.database.auditEntry.findMany({ orderBy: { sequence: 'desc' }, take: 1 })
    expect(newest).toMatchObject({ action: 'auth.signIn', target: 'unknown', result: 'SIGN_IN_FAILED' })
    expect(JSON.stringify(await nas.database.auditEntry.findMany())).not.toContain('my-long-secret-phrase')
  })

  test('the database holds the hash of the token only', async () => {
    const client = await signedIn()
    const rows = await nas.database.session.findMany()
    expect(rows.some((row) => row.tokenHash === hashOf(tokenOf(client)))).toBe(true)
    expect(JSON.stringify(rows)).not.toContain(tokenOf(client))
  })

  test('unknown names and wrong passwords are told apart by nothing', async () => {
    const seen = new Set<string>()
    for (const [username, password] of [
      [adminName, 'wrong wrong wrong'],
      [adminName, ''],
      ['nobody', goodPassword],
      ['', ''],
      ['nul\u0000', goodPassword],
      ['\ud800', '\ud800'],
      ["' OR 1=1 --", goodPassword],
      ['x'.repeat(100_000), goodPassword],
      ['__proto__', goodPassword],
    ] as const) {
      const client = nas.client()
      const { data, errors, headers, status } = await client.signIn(username, password)
      expect([errors, status, headers.getSetCookie()]).toEqual([undefined, 200, []])
      seen.add(JSON.stringify(data))
    }
    expect([...seen]).toEqual([
      JSON.stringify({
        signIn: {
          __typename: 'SignInFailed',
          code: 'SIGN_IN_FAILED',
          message: 'The name or the password is wrong.',
          field: 'password',
        },
      }),
    ])
    const audited = await nas.database.auditEntry.findMany({ where: { result: 'SIGN_IN_FAILED' } })
    // What is no name of an account is not written down, and the second of a kind is counted: an entry once its minute is over.
    expect(audited.map(({ target }) => target?.toLowerCase()).sort()).toEqual([adminName, 'unknown'].sort())
  })

  test('signing in again starts a new session and ends the one before', async () => {
    const client = await signedIn()
    const before = client.cookie
    await client.signIn(adminName, goodPassword)
    expect(client.cookie).not.toBe(before)
    expect(await nameOf(client)).toBe(adminName)
    client.cookie = before
    expect(await nameOf(client)).toBeNull()
    expect(await nas.database.session.count({ where: { tokenHash: hashOf(tokenOf(client)) } })).toBe(0)
  })

  test('a failed attempt leaves the session as it was', async () => {
    const client = await signedIn()
    await client.signIn(adminName, 'wrong wrong wrong')
    expect(await nameOf(client)).toBe(adminName)
  })

  test('signing out ends this session and no other, twice is no error', async () => {
    const [client, other] = [await signedIn(), await signedIn()]
    const kept = client.cookie
    const { data, headers } = await client.graphql('mutation { signOut { __typename } }')
    expect(data.signOut.__typename).toBe('SignedOut')
    expect(headers.getSetCookie()).toEqual([expect.stringMatching(/^baluhost_session=; .*Max-Age=0/)])
    client.cookie = kept
    expect(await nameOf(client)).toBeNull()
    expect((await client.graphql('{ server { version } }')).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED')
    expect((await client.fetch('/files/Shared')).status).toBe(401)
    expect((await client.graphql('mutation { signOut { __typename } }')).data.signOut.__typename).toBe('SignedOut')
    expect(await nameOf(other)).toBe(adminName)
  })

  test('an expired session is none, and is cleared away', async () => {
    const client = await signedIn()
    const tokenHash = hashOf(tokenOf(client))
    await nas.database.session.update({ where: { tokenHash }, data: { expiresAt: new Date(Date.now() - 1_000) } })
    expect(await nameOf(client)).toBeNull()
    expect(await nas.database.session.count({ where: { tokenHash } })).toBe(0)
    const forgotten = await signedIn()
    const where = { tokenHash: hashOf(tokenOf(forgotten)) }
    await nas.database.session.update({ where, data: { expiresAt: new Date(Date.now() - 1_000) } })
    await signedIn()
    expect(await nas.database.session.count({ where })).toBe(0)
  })

  test('use prolongs it, to the full time from then on, and the browser keeps the cookie that long', async () => {
    const client = nas.client()
    const { headers } = await client.signIn(adminName, goodPassword)
    const tokenHash = hashOf(tokenOf(client))
    const { idleHours } = sessionLifetime.preset
    const unused = new Date(Date.now() - 2 * minute)
    const expiresAt = new Date(unused.getTime() + idleHours * hour)
    await nas.database.session.update({ where: { tokenHash }, data: { lastUsedAt: unused, expiresAt } })
    expect(await nameOf(client)).toBe(adminName)
    const row = await nas.database.session.findUniqueOrThrow({ where: { tokenHash } })
    expect(row.lastUsedAt.getTime()).toBeGreaterThan(Date.now() - minute)
    expect(row.expiresAt.getTime()).toBe(row.lastUsedAt.getTime() + idleHours * hour)
    const maxAge = Number(/Max-Age=(\d+)/.exec(headers.getSetCookie()[0] ?? '')?.[1])
    expect(maxAge * 1_000).toBeGreaterThan(300 * 24 * hour)
  })

  test('no use prolongs it beyond its whole life', async () => {
    const client = await signedIn()
    const tokenHash = hashOf(tokenOf(client))
    const soon = new Date(Date.now() + minute)
    await nas.database.session.update({
      where: { tokenHash },
      data: { lastUsedAt: new Date(Date.now() - 2 * minute), absoluteExpiresAt: soon },
    })
    const { data } = await client.graphql('{ mySessions { isCurrent expiresAt } }')
    expect(data.mySessions.find((each: { isCurrent: boolean }) => each.isCurrent).expiresAt).toBe(soon.toISOString())
    await nas.database.session.update({ where: { tokenHash }, data: { absoluteExpiresAt: new Date(Date.now() - 1) } })
    expect(await nameOf(client)).toBeNull()
    expect(await nas.database.session.count({ where: { tokenHash } })).toBe(0)
  })

  test('it ends when it was not used for as long as administrators allow, whatever it was promised', async () => {
    const client = await signedIn()
    const tokenHash = hashOf(tokenOf(client))
    await nas.database.session.update({
      where: { tokenHash },
      data: { lastUsedAt: new Date(Date.now() - sessionLifetime.preset.idleHours * hour) },
    })
    expect(await nameOf(client)).toBeNull()
  })

  test('many requests do not write it down each time', async () => {
    const client = await signedIn()
    const where = { tokenHash: hashOf(tokenOf(client)) }
    const before = await nas.database.session.findUniqueOrThrow({ where })
    for (let count = 0; count < 5; count += 1) await nameOf(client)
    expect(await nas.database.session.findUniqueOrThrow({ where })).toEqual(before)
  })

  test('what was planted in a browser before the sign-in is worth nothing after it', async () => {
    const planted = 'A'.repeat(43)
    const victim = nas.client()
    victim.cookie = `baluhost_session=${planted}`
    await victim.signIn(adminName, goodPassword)
    expect(tokenOf(victim)).not.toBe(planted)
    const thief = nas.client()
    thief.cookie = `baluhost_session=${planted}`
    expect(await nameOf(thief)).toBeNull()
    // A session of the thief's own: the victim's sign-in neither takes it over nor leaves it.
    const own = await signedIn()
    victim.cookie = own.cookie
    await victim.signIn(adminName, goodPassword)
    expect(await nameOf(own)).toBeNull()
    expect(await nameOf(victim)).toBe(adminName)
  })

  test('a session ends with its user', async () => {
    await admin.createUser({ username: 'leaver', password: goodPassword })
    const client = nas.client()
    await client.signIn('leaver', goodPassword)
    await nas.database.user.delete({ where: { usernameKey: 'leaver' } })
    expect(await nameOf(client)).toBeNull()
  })

  test.each([
    ['one that is no percent-encoding', (own: string) => `other=%zz; ${own}`, true],
    ['many', (own: string) => `a=b; c; =d; ;${own};e=f=g`, true],
    ['without spaces', (own: string) => `a=b;${own}`, true],
    ['a broken one of ours', () => 'baluhost_session=%', false],
    ['an empty one of ours', () => 'baluhost_session=', false],
    ['a long one of ours', () => `baluhost_session=${'x'.repeat(8_000)}`, false],
    ['a name that only ends as ours', (own: string) => `x${own}`, false],
    ['none that is a property of objects', () => '__proto__=x; constructor=y', false],
  ])('cookies beside it do no harm: %s', async (_what, headerOf, isSignedIn) => {
    const client = await signedIn()
    const own = client.cookie ?? ''
    const { data, status } = await client.graphql('{ me { username } }', {}, { cookie: headerOf(own) })
    expect([status, data?.me?.username ?? null]).toEqual([200, isSignedIn ? adminName : null])
  })
})
