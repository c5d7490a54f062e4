import { mkdirSync, readdirSync, rmdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { Homes } from './homes.ts'

describe.each(await testedProviders())('accounts on %s', (provider) => {
  let nas: TestNas
  let admin: Client
  let ben: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider }))
    const { data } = await admin.createUser({ username: 'Ben', password: goodPassword, email: 'ben@example.org' })
    expect(data.createUser).toMatchObject({ __typename: 'User', username: 'Ben', email: 'ben@example.org', role: 'USER' })
    ben = nas.client()
    await ben.signIn('ben', goodPassword)
  })
  afterAll(() => nas.close())

  const namesIn = async (client: Client, path: string) =>
    (await client.graphql('query ($path: Path!) { files(path: $path) { nodes { name } } }', { path })).data?.files.nodes.map(
      (node: { name: string }) => node.name,
    )
  const codeOf = async (client: Client, query: string) => (await client.graphql(query)).errors?.[0]?.extensions.code

  test('a user sees the own home and Shared, an administrator every home', async () => {
    expect(await namesIn(ben, '/')).toEqual(['Ben', 'Shared'])
    expect(await namesIn(admin, '/')).toEqual(['ada', 'Ben', 'Shared'])
    writeFileSync(`${nas.storageDir}/${adminName}/secret.txt`, 'secret')
    expect(await namesIn(admin, '/ada')).toEqual(['secret.txt'])
    expect(await namesIn(ben, '/Ben')).toEqual([])
  })

  test('what belongs to another is not there, whichever way it is asked for', async () => {
    for (const path of ['/ada', '/ada/secret.txt', '/ADA', '/ben']) {
      expect((await ben.graphql('query ($path: Path!) { file(path: $path) { id } }', { path })).data, path).toEqual({ file: null })
      const { errors } = await ben.graphql('query ($path: Path!) { files(path: $path) { totalCount } }', { path })
      expect(errors?.[0]?.extensions.code, path).toBe('FILE_NOT_FOUND')
      expect((await ben.fetch(`/files${path}`)).status, path).toBe(404)
      const { data } = await ben.graphql('mutation ($path: Path!) { deleteFile(input: { path: $path }) { ... on Problem { code } } }', {
        path,
      })
      expect(data.deleteFile.code, path).toBe('FILE_NOT_FOUND')
    }
    for (const path of ['/Ben/../ada/secret.txt', '/Shared/%2e%2e/ada/secret.txt', '/..%2fada/secret.txt', '//ada/secret.txt']) {
      expect((await ben.fetch(`/files${path}`)).status, path).toBeGreaterThanOrEqual(400)
    }
    expect((await admin.fetch('/files/ada/secret.txt')).status).toBe(200)
  })

  test('a viewer reads and changes nothing', async () => {
    await admin.createUser({ username: 'vera', password: goodPassword, role: 'VIEWER' })
    const vera = nas.client()
    await vera.signIn('vera', goodPassword)
    expect(await namesIn(vera, '/')).toEqual(['Shared', 'vera'])
    for (const path of ['/vera/x', '/Shared/x']) {
      const { data } = await vera.graphql('mutation ($path: Path!) { createFolder(input: { path: $path }) { ... on Problem { code } } }', {
        path,
      })
      expect(data.createFolder.code).toBe('FORBIDDEN')
    }
  })

  test('only administrators make and list accounts', async () => {
    const { data } = await ben.createUser({ username: 'eve', password: goodPassword, role: 'ADMIN' })
    expect(data.createUser).toMatchObject({ __typename: 'Forbidden', code: 'FORBIDDEN' })
    expect(await codeOf(ben, '{ users { totalCount } }')).toBe('FORBIDDEN')
    expect((await nas.client().createUser({ username: 'eve', password: goodPassword })).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    )
    expect(await nas.database.user.count({ where: { usernameKey: 'eve' } })).toBe(0)
  })

  test.each([
    ['..', 'INVALID_INPUT'],
    ['.', 'INVALID_INPUT'],
    ['a/b', 'INVALID_INPUT'],
    ['a\\b', 'INVALID_INPUT'],
    ['../ada', 'INVALID_INPUT'],
    ['.baluhost', 'INVALID_INPUT'],
    ['trailing.', 'INVALID_INPUT'],
    ['Shared', 'INVALID_INPUT'],
    ['SHARED', 'INVALID_INPUT'],
    [' shared ', 'INVALID_INPUT'],
    ['system', 'INVALID_INPUT'],
    ['a b', 'INVALID_INPUT'],
    ['a\u0000b', 'INVALID_INPUT'],
    ['a\nb', 'INVALID_INPUT'],
    ['b\u0435n', 'INVALID_INPUT'],
    ['\uff42en', 'INVALID_INPUT'],
    ['x'.repeat(33), 'INVALID_INPUT'],
    ['x'.repeat(200_000), 'INVALID_INPUT'],
    ['', 'INVALID_INPUT'],
    ['ben', 'USERNAME_TAKEN'],
    ['BEN', 'USERNAME_TAKEN'],
    [' Ben ', 'USERNAME_TAKEN'],
    ['aDa', 'USERNAME_TAKEN'],
  ])('the name %j is refused, and leaves nothing', async (username, code) => {
    const before = [await nas.database.user.count(), readdirSync(nas.storageDir)]
    const { data, errors } = await admin.createUser({ username, password: goodPassword })
    expect(errors).toBeUndefined()
    expect(data.createUser).toMatchObject({ code, field: 'username' })
    expect([await nas.database.user.count(), readdirSync(nas.storageDir)]).toEqual(before)
  })

  test('a folder that stands there already is not given to whoever has its name', async () => {
    mkdirSync(`${nas.storageDir}/Media/films`, { recursive: true })
    symlinkSync('/etc', `${nas.storageDir}/elsewhere`)
    for (const username of ['Media', 'elsewhere']) {
      const { data } = await admin.createUser({ username, password: goodPassword })
      expect(data.createUser).toMatchObject({ code: 'HOME_NAME_TAKEN', field: 'username' })
      expect(await nas.database.user.count({ where: { username } })).toBe(0)
    }
    const { data } = await admin.graphql('{ file(path: "/Media") { owner { username } } }')
    expect(data.file).toEqual({ owner: null })
    // Nor when it appears while the account is being made.
    const { requireFree } = Homes.prototype
    Homes.prototype.requireFree = async (username) => void mkdirSync(`${nas.storageDir}/${username}`)
    const racing = await admin.createUser({ username: 'racing', password: goodPassword })
    Homes.prototype.requireFree = requireFree
    expect(racing.data.createUser).toMatchObject({ code: 'HOME_NAME_TAKEN', field: 'username' })
    expect(await nas.database.user.count({ where: { username: 'racing' } })).toBe(0)
    // A home that was removed on the machine comes back, and one that somebody put back there is the home again.
    await admin.createUser({ username: 'returning', password: goodPassword })
    rmdirSync(`${nas.storageDir}/returning`)
    mkdirSync(`${nas.storageDir}/returning`)
    await nas.client().signIn('returning', goodPassword)
    const back = await admin.graphql('{ file(path: "/returning") { owner { username } } }')
    expect(back.data.file).toEqual({ owner: { username: 'returning' } })
  })

  test('other faults are at their fields', async () => {
    for (const email of ['nobody', 'a@b', 'a b@c.d', `${'x'.repeat(250)}@c.de`]) {
      const { data } = await admin.createUser({ username: 'fay', password: goodPassword, email })
      expect(data.createUser).toMatchObject({ code: 'INVALID_INPUT', field: 'email' })
    }
    const { data } = await admin.createUser({ username: 'fay', password: 'short' })
    expect(data.createUser).toMatchObject({ code: 'WEAK_PASSWORD', field: 'password' })
    expect(await nas.database.user.count({ where: { usernameKey: 'fay' } })).toBe(0)
  })

  test('of several at once with one name, one wins', async () => {
    const answers = await Promise.all(['Gil', 'gil', 'GIL'].map((username) => admin.createUser({ username, password: goodPassword })))
    expect(answers.map(({ data }) => data.createUser.__typename).sort()).toEqual(['User', 'UsernameTaken', 'UsernameTaken'])
    expect(readdirSync(nas.storageDir).filter((name) => name.toLowerCase() === 'gil')).toHaveLength(1)
  })

  test('without its home an account is not made', async () => {
    writeFileSync(`${nas.storageDir}/hal`, 'a file in the way')
    const { data } = await admin.createUser({ username: 'hal', password: goodPassword })
    expect(data.createUser).toMatchObject({ code: 'HOME_NAME_TAKEN', field: 'username' })
    expect(await nas.database.user.count({ where: { usernameKey: 'hal' } })).toBe(0)
  })

  test('e-mail addresses are for their owners and administrators', async () => {
    await admin.graphql('mutation { createFolder(input: { path: "/Shared/from-ada" }) { __typename } }')
    await ben.graphql('mutation { createFolder(input: { path: "/Shared/from-ben" }) { __typename } }')
    await nas.database.user.update({ where: { usernameKey: 'ada' }, data: { email: 'ada@example.org' } })
    const owners = async (client: Client) =>
      (await client.graphql('{ files(path: "/Shared") { nodes { owner { username email } } } }')).data.files.nodes.map(
        (node: { owner: unknown }) => node.owner,
      )
    expect(await owners(ben)).toEqual([
      { username: 'ada', email: null },
      { username: 'Ben', email: 'ben@example.org' },
    ])
    expect(await owners(admin)).toEqual([
      { username: 'ada', email: 'ada@example.org' },
      { username: 'Ben', email: 'ben@example.org' },
    ])
    expect((await ben.graphql('{ me { email } }')).data.me.email).toBe('ben@example.org')
  })

  test('the list goes by pages, in the order of names', async () => {
    const page = async (after: string | null) =>
      (
        await admin.graphql(
          'query ($after: String) { users(first: 2, after: $after) { totalCount nodes { username } pageInfo { hasNextPage endCursor } } }',
          { after },
        )
      ).data.users
    const names: string[] = []
    let after: string | null = null
    do {
      const { nodes, pageInfo, totalCount } = await page(after)
      expect(totalCount).toBe(await nas.database.user.count())
      names.push(...nodes.map((node: { username: string }) => node.username.toLowerCase()))
      after = pageInfo.hasNextPage ? pageInfo.endCursor : null
    } while (after !== null)
    expect(names).toEqual([...names].sort())
    expect(names).toHaveLength(await nas.database.user.count())
    for (const wrong of ['users(first: 0)', 'users(first: -1)', 'users(last: 1)', 'users(after: "a\\u0000")', 'users(after: "../x")']) {
      expect(await codeOf(admin, `{ ${wrong} { totalCount } }`), wrong).toBe('INVALID_INPUT')
    }
  })

  test('who did what is written down, without secrets', async () => {
    const entries = await nas.database.auditEntry.findMany({ orderBy: { id: 'asc' } })
    const made = entries.find((entry) => entry.action === 'users.create' && entry.target === 'Ben')
    expect(made).toMatchObject({
      actorName: adminName,
      address: '127.0.0.1',
      requestId: expect.any(String),
      result: 'ok',
      details: { role: 'USER' },
    })
    expect(entries.filter((entry) => entry.action === 'users.create' && entry.actorName === 'Ben')).toMatchObject([{ result: 'FORBIDDEN' }])
    const text = JSON.stringify(entries)
    for (const secret of [goodPassword, ben.sessionToken, nas.setupToken ?? '?']) expect(text).not.toContain(secret)
  })
})
