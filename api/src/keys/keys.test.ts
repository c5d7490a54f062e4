import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { testActor } from '../files/test-storage.ts'
import { createKeyText, hashOfKey } from './key-text.ts'

describe.each(await testedProviders())('API keys on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let ben: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    await admin.createUser({ username: 'ben', password: goodPassword })
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
  })
  afterAll(() => nas.close())

  const later = (seconds: number) => new Date(Date.now() + seconds * 1_000)
  const made = async (owner: Client, input: Parameters<Client['createApiKey']>[0]) => {
    const { data, errors } = await owner.createApiKey(input)
    expect(errors).toBeUndefined()
    expect(data.createApiKey).toMatchObject({ __typename: 'ApiKeyCreated' })
    const { apiKey, key } = data.createApiKey as { key: string; apiKey: { id: string; prefix: string } }
    const program = nas.client()
    program.key = key
    return { ...apiKey, key, program }
  }
  const codeOf = async (client: Client, query: string) => {
    const { data, errors, status } = await client.graphql(query)
    const [result] = Object.values((data ?? {}) as Record<string, { code?: string } | null>)
    return errors?.[0] ? `${status} ${errors[0].extensions.code}` : (result?.code ?? 'ok')
  }
  const me = '{ server { version } }'
  const update = async (owner: Client, input: Record<string, unknown>) => {
    const { data, errors } = await owner.graphql(
      `mutation ($input: UpdateApiKeyInput!) { updateApiKey(input: $input) {
        __typename ... on ApiKey { name scopes addresses expiresAt } ... on Problem { code field } } }`,
      { input },
    )
    expect(errors).toBeUndefined()
    return data.updateApiKey
  }
  const revoke = async (owner: Client, id: string) =>
    (
      await owner.graphql('mutation ($id: ID!) { revokeApiKey(input: { id: $id }) { __typename ... on Problem { code } } }', {
        id,
      })
    ).data.revokeApiKey

  const person = (username: string) => ({ username, password: goodPassword, email: null })
  /** Somebody in their newest session, as a request of it would be. */
  const actorOf = async (username: string) => {
    const where = { user: { username } }
    const { id, user, expiresAt } = await nas.database.session.findFirstOrThrow({ where, orderBy: { id: 'desc' }, include: { user: true } })
    return { ...testActor(username, user.role), userId: user.id, sessionId: id, expiresAt }
  }

  test('the key is told once; the database has its hash and how it begins', async () => {
    const { id, key, prefix } = await made(ben, { scopes: ['files:read', 'account:read', 'files:read'], addresses: ['::1', '127.0.0.0/8'] })
    expect(key).toMatch(/^balu_[0-9a-z]{59}$/)
    const row = await nas.database.apiKey.findUniqueOrThrow({ where: { id } })
    expect(row).toMatchObject({ keyHash: hashOfKey(key), prefix: key.slice(0, 11), scopes: ['account:read', 'files:read'] })
    const { data } = await ben.graphql(
      '{ apiKeys { id name prefix scopes addresses createdAt expiresAt lastUsedAt lastUsedAddress owner { username } } }',
    )
    expect(data.apiKeys[0]).toEqual({
      id,
      name: 'a program',
      prefix,
      scopes: ['account:read', 'files:read'],
      addresses: ['::1', '127.0.0.0/8'],
      createdAt: row.createdAt.toISOString(),
      expiresAt: null,
      lastUsedAt: null,
      lastUsedAddress: null,
      owner: { username: 'ben' },
    })
    for (const place of [data, await nas.database.auditEntry.findMany(), await nas.database.apiKey.findMany(), nas.logged]) {
      expect(JSON.stringify(place)).not.toContain(key.slice(12))
    }
  })

  test('it does what its scopes say, in the name of its owner, and no more than they', async () => {
    const { program } = await made(ben, { scopes: ['files:read'] })
    expect(await codeOf(program, '{ files(path: "/ben") { totalCount } }')).toBe('ok')
    expect(await codeOf(program, '{ files(path: "/ada") { totalCount } }')).toBe('200 FILE_NOT_FOUND')
    for (const denied of [me, '{ telemetry { __typename } }', '{ raidArrays { name } }', '{ uploads { id } }', '{ apiKeys { id } }']) {
      expect(await codeOf(program, denied), denied).toBe('200 FORBIDDEN')
    }
    expect(await codeOf(program, 'mutation { createFolder(input: { path: "/ben/x" }) { ... on Problem { code } } }')).toBe('FORBIDDEN')
    const another = 'mutation { createApiKey(input: { name: "x", scopes: ["files:read"] }) { ... on Problem { code } } }'
    expect(await codeOf(program, another)).toBe('FORBIDDEN')
    const { program: full } = await made(admin, { scopes: ['users:read', 'users:manage'] })
    expect(await codeOf(full, '{ users { totalCount } }')).toBe('ok')
    expect((await full.graphql('{ __schema { queryType { name } } }')).data.__schema.queryType.name).toBe('Query')
  })

  test('what it may do follows the role of its owner', async () => {
    await admin.createUser({ username: 'deputy', password: goodPassword, role: 'ADMIN' })
    const deputy = nas.client()
    await deputy.signIn('deputy', goodPassword)
    const { program } = await made(deputy, { scopes: ['users:read', 'account:read'] })
    expect(await codeOf(program, '{ users { totalCount } }')).toBe('ok')
    const where = { usernameKey: 'deputy' }
    await nas.database.user.update({ where, data: { role: 'USER' } })
    expect(await codeOf(program, '{ users { totalCount } }')).toBe('200 FORBIDDEN')
    expect(await codeOf(program, me)).toBe('ok')
    await nas.database.user.update({ where, data: { disabledAt: new Date() } })
    expect(await codeOf(program, me)).toBe('401 UNAUTHENTICATED')
    await nas.database.user.update({ where, data: { disabledAt: null } })
    expect(await codeOf(program, me)).toBe('ok')
    await nas.database.user.delete({ where })
    expect(await codeOf(program, me)).toBe('401 UNAUTHENTICATED')
  })

  test('what is wrong is said at its field, and nothing is made', async () => {
    const count = await nas.database.apiKey.count()
    const good = { name: 'x', scopes: ['files:read'] }
    for (const [wish, field] of [
      [{ name: ' ' }, 'name'],
      [{ name: 'x'.repeat(65) }, 'name'],
      [{ name: 'a\u0000b' }, 'name'],
      [{ scopes: [] }, 'scopes'],
      [{ scopes: ['files:read', 'files:destroy'] }, 'scopes'],
      [{ scopes: ['__proto__'] }, 'scopes'],
      [{ scopes: ['toString'] }, 'scopes'],
      [{ scopes: ['users:manage'] }, 'scopes'],
      [{ addresses: ['nowhere'] }, 'addresses'],
      [{ expiresAt: later(-1) }, 'expiresAt'],
    ] as const) {
      const { data } = await ben.createApiKey({ ...good, ...wish })
      expect(data.createApiKey, JSON.stringify(wish)).toMatchObject({ code: 'INVALID_INPUT', field })
    }
    expect(await nas.database.apiKey.count()).toBe(count)
  })

  test('making one, and letting one do more, asks who is there; letting it do less does not', async () => {
    const owner = nas.client()
    await owner.signIn('ben', goodPassword)
    const { id } = await made(owner, { scopes: ['files:read', 'account:read'], expiresAt: later(3_600), addresses: ['10.0.0.0/8'] })
    const session = await nas.database.session.findFirstOrThrow({ where: { user: { usernameKey: 'ben' } }, orderBy: { id: 'desc' } })
    await nas.database.session.update({ where: { id: session.id }, data: { confirmedAt: later(-601) } })
    expect((await owner.createApiKey({ scopes: ['files:read'] })).data.createApiKey).toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    for (const more of [
      { scopes: ['files:read', 'account:read', 'files:write'] },
      { scopes: ['files:write'] },
      { expiresAt: null },
      { expiresAt: later(7_200) },
      { addresses: [] },
      { addresses: ['10.0.0.0/7'.replace('/7', '/8'), '192.168.0.0/16'] },
    ]) {
      expect(await update(owner, { id, ...more }), JSON.stringify(more)).toMatchObject({ code: 'CONFIRMATION_REQUIRED' })
    }
    const soon = later(60).toISOString()
    const less = { name: 'backup', scopes: ['files:read'], expiresAt: soon, addresses: ['10.1.0.0/16'] }
    expect(await update(owner, { id, ...less })).toEqual({ __typename: 'ApiKey', ...less })
    expect(await update(owner, { id, name: 'again' })).toEqual({ __typename: 'ApiKey', ...less, name: 'again' })
    await nas.database.session.update({ where: { id: session.id }, data: { confirmedAt: new Date() } })
    expect(await update(owner, { id, expiresAt: null, addresses: [] })).toMatchObject({ expiresAt: null, addresses: [], name: 'again' })
    const entry = await nas.database.auditEntry.findFirstOrThrow({
      where: { action: 'keys.update', result: 'ok' },
      orderBy: { sequence: 'desc' },
    })
    expect(entry).toMatchObject({
      actorName: 'ben',
      before: { expiresAt: soon, addresses: ['10.1.0.0/16'] },
      after: { expiresAt: null, addresses: [] },
    })
  })

  test('of others nothing is seen or changed; administrators see and revoke', async () => {
    const { id, program } = await made(ben, { scopes: ['account:read'] })
    await admin.createUser({ username: 'eve', password: goodPassword })
    const eve = nas.client()
    await eve.signIn('eve', goodPassword)
    const { id: benId } = await nas.database.user.findUniqueOrThrow({ where: { usernameKey: 'ben' } })
    expect(await codeOf(eve, `{ apiKeys(ownerId: "${benId}") { id } }`)).toBe('200 FORBIDDEN')
    for (const unknown of [id, 'x', '', 'a\\u0000', 'x'.repeat(10_000)]) {
      expect(await revoke(eve, unknown)).toMatchObject({ code: 'API_KEY_NOT_FOUND' })
      expect(await update(eve, { id: unknown, name: 'mine' })).toMatchObject({ code: 'API_KEY_NOT_FOUND' })
    }
    expect(await update(admin, { id, name: 'mine' })).toMatchObject({ code: 'API_KEY_NOT_FOUND' })
    expect(
      (await admin.graphql(`{ apiKeys(ownerId: "${benId}") { id prefix } }`)).data.apiKeys.map((key: { id: string }) => key.id),
    ).toContain(id)
    expect(await codeOf(program, me)).toBe('ok')
    expect(await revoke(admin, id)).toEqual({ __typename: 'ApiKey' })
    expect(await codeOf(program, me)).toBe('401 UNAUTHENTICATED')
    expect(await revoke(admin, id)).toMatchObject({ code: 'API_KEY_NOT_FOUND' })
    expect(await nas.database.auditEntry.findMany({ where: { action: 'keys.revoke', result: 'ok' } })).toMatchObject([
      { actorName: adminName },
    ])
  })

  test('a request under way makes and changes no key any more once its session has ended', async () => {
    await nas.services.users.create(await actorOf(adminName), { ...person('passing'), role: 'USER' })
    const browser = nas.client()
    await browser.signIn('passing', goodPassword)
    const { id } = await made(browser, { scopes: ['files:read'] })
    // As the request knew them when it came; the person signs out before it writes.
    const actor = await actorOf('passing')
    await browser.graphql('mutation { signOut { __typename } }')
    const wish = { name: 'left behind', scopes: ['files:read'], addresses: [], expiresAt: null } as const
    const { keys } = nas.services
    await expect(keys.create(actor, wish)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(keys.update(actor, { id, scopes: ['account:read'] })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    await expect(keys.revoke(actor, id)).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    const rows = await nas.database.apiKey.findMany({ where: { userId: actor.userId } })
    expect(rows.map(({ scopes }) => scopes)).toEqual([['files:read']])
  })

  test('nor does one that came with a key do anything with rights once the key was revoked', async () => {
    const { id } = await made(admin, { scopes: ['users:manage'] })
    const scopes = new Set(['users:manage'] as const)
    const actor = { ...(await actorOf(adminName)), sessionId: id, scopes, confirmedAt: null }
    const { users } = nas.services
    await users.create(actor, { ...person('before'), role: 'USER' })
    await revoke(admin, id)
    await expect(users.create(actor, { ...person('after'), role: 'USER' })).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
    expect(await nas.database.user.count({ where: { username: { in: ['before', 'after'] } } })).toBe(1)
  })

  test('an account has a bounded number of valid keys, also when they are made at once', async () => {
    await admin.createUser({ username: 'many', password: goodPassword })
    const many = nas.client()
    await many.signIn('many', goodPassword)
    const where = { user: { usernameKey: 'many' } }
    const { id: first } = await made(many, { scopes: ['account:read'] })
    for (let at = 1; at < 20; at++) await made(many, { scopes: ['account:read'] })
    const answers = await Promise.all(Array.from({ length: 10 }, () => many.createApiKey({ scopes: ['account:read'] })))
    const names = answers.map(({ data }) => data.createApiKey.__typename).sort()
    expect(names).toEqual([...Array(5).fill('ApiKeyCreated'), ...Array(5).fill('TooManyApiKeys')])
    expect(await nas.database.apiKey.count({ where })).toBe(25)
    await nas.database.apiKey.update({ where: { id: first }, data: { expiresAt: later(-1) } })
    await made(many, { scopes: ['account:read'] })
    // What expired long ago is not kept for ever.
    await nas.database.apiKey.update({ where: { id: first }, data: { expiresAt: later(-91 * 86_400) } })
    expect((await many.createApiKey({ scopes: ['account:read'] })).data.createApiKey.__typename).toBe('TooManyApiKeys')
    const { apiKeys } = (await many.graphql('{ apiKeys { id } }')).data
    await revoke(many, apiKeys[0].id)
    await made(many, { scopes: ['account:read'] })
    expect(await nas.database.apiKey.count({ where: { id: first } })).toBe(0)
  })

  test('keys that are refused are written down, a few of many, and too many get no answer; valid ones from there do', async () => {
    const before = await nas.database.auditEntry.count({ where: { action: 'keys.use' } })
    const stranger = nas.client()
    const { program } = await made(ben, { scopes: ['account:read'] })
    const answers = new Set<string>()
    for (let at = 0; at < 40; at++) {
      stranger.key = createKeyText()
      answers.add(await codeOf(stranger, me))
    }
    expect([...answers]).toEqual(['401 UNAUTHENTICATED', '429 RATE_LIMITED'])
    expect(await codeOf(program, me)).toBe('ok')
    const entries = await nas.database.auditEntry.findMany({ where: { action: 'keys.use' } })
    expect(entries.length).toBeGreaterThan(0)
    expect(entries.length - before).toBeLessThanOrEqual(5)
    expect(entries[0]).toMatchObject({ actorName: 'anonymous', address: '127.0.0.1', result: 'UNAUTHENTICATED' })
    expect(JSON.stringify(entries)).not.toMatch(/balu_\w{12}/)
  })
})
