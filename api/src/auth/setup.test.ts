import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, statSync, writeFileSync } from 'node:fs'
import { afterEach, describe, expect, test } from 'vitest'
import { adminName, goodPassword, startNas, type TestNas, testedProviders } from '../../test/nas.ts'

describe.each(await testedProviders())('first setup on %s', (provider) => {
  let nas: TestNas
  const start = async (env: Record<string, string> = {}) => {
    nas = await startNas({ provider, env })
    return nas
  }
  afterEach(() => nas.close())

  const tokenFile = () => `${nas.dataDir}/setup-token`
  const token = () => nas.setupToken ?? ''
  const isRequired = async () => (await nas.client().graphql('{ setup { required } }')).data.setup.required
  const expectNothingCreated = async () => {
    expect(await nas.database.user.count()).toBe(0)
    expect(await nas.database.session.count()).toBe(0)
    expect(await nas.database.setup.count()).toBe(0)
    expect(readdirSync(nas.storageDir).sort()).toEqual(['.baluhost', 'Shared'])
    expect(await isRequired()).toBe(true)
  }

  test('what is wrong is said at its field, and nothing is created', async () => {
    await start()
    const good = { setupToken: token(), username: adminName, password: goodPassword }
    mkdirSync(`${nas.storageDir}/Media`)
    for (const [wrong, code, field] of [
      [{ setupToken: 'not the token' }, 'SETUP_TOKEN_WRONG', 'setupToken'],
      [{ setupToken: '' }, 'SETUP_TOKEN_WRONG', 'setupToken'],
      [{ setupToken: token().slice(0, -1) }, 'SETUP_TOKEN_WRONG', 'setupToken'],
      [{ password: 'short' }, 'WEAK_PASSWORD', 'password'],
      [{ password: 'abcdefghijklmnop' }, 'WEAK_PASSWORD', 'password'],
      [{ password: 'aaaaaaaaaaaaaaaa' }, 'WEAK_PASSWORD', 'password'],
      [{ username: 'administrator', password: 'Administrator' }, 'WEAK_PASSWORD', 'password'],
      [{ password: 'x1Y!'.repeat(40) }, 'WEAK_PASSWORD', 'password'],
      [{ username: '' }, 'INVALID_INPUT', 'username'],
      [{ username: '..' }, 'INVALID_INPUT', 'username'],
      [{ username: '../../etc' }, 'INVALID_INPUT', 'username'],
      [{ username: 'shared' }, 'INVALID_INPUT', 'username'],
      [{ username: 'a\u0000b' }, 'INVALID_INPUT', 'username'],
      [{ username: 'Media' }, 'HOME_NAME_TAKEN', 'username'],
    ] as const) {
      const client = nas.client()
      const { data, errors } = await client.completeSetup({ ...good, ...wrong })
      expect(errors, code).toBeUndefined()
      expect(data.completeSetup).toMatchObject({ code, field, message: expect.stringMatching(/\.$/) })
      expect(client.cookie).toBeNull()
    }
    rmdirSync(`${nas.storageDir}/Media`)
    await expectNothingCreated()
    const results = (await nas.database.auditEntry.findMany()).map((entry) => entry.result)
    expect(new Set(results)).toEqual(new Set(['SETUP_TOKEN_WRONG', 'WEAK_PASSWORD', 'INVALID_INPUT', 'HOME_NAME_TAKEN']))
  })

  test('the token is for the owner of the data folder only, stays over a restart, and is gone when it was used', async () => {
    await start()
    expect(statSync(tokenFile()).mode & 0o777).toBe(0o600)
    expect(readFileSync(tokenFile(), 'utf8').trim()).toBe(token())
    expect(token()).toMatch(/^[0-9a-f]{32}$/)
    const before = token()
    nas = await nas.restart()
    expect(token()).toBe(before)
    const admin = nas.client()
    const { data } = await admin.completeSetup({ setupToken: ` ${token()}\n`, username: ` ${adminName} `, password: goodPassword })
    expect(data.completeSetup).toMatchObject({ __typename: 'Session', user: { username: adminName, role: 'ADMIN' } })
    expect(existsSync(tokenFile())).toBe(false)
    expect(readdirSync(nas.storageDir)).toContain(adminName)
    expect(await isRequired()).toBe(false)
    expect((await admin.graphql('{ me { username } }')).data.me).toEqual({ username: adminName })
    nas = await nas.restart()
    expect(nas.setupToken).toBeNull()
    expect(existsSync(tokenFile())).toBe(false)
  })

  test('a token from the environment is not written down', async () => {
    await start({ BALUHOST_SETUP_TOKEN: 'a token of sixteen or more ' })
    expect(existsSync(tokenFile())).toBe(false)
    const { data } = await nas
      .client()
      .completeSetup({ setupToken: 'a token of sixteen or more', username: adminName, password: goodPassword })
    expect(data.completeSetup.__typename).toBe('Session')
  })

  test('an empty token file opens nothing', async () => {
    await start()
    writeFileSync(tokenFile(), '\n')
    const { data } = await nas.client().completeSetup({ setupToken: '', username: adminName, password: goodPassword })
    expect(data.completeSetup).toMatchObject({ code: 'SETUP_TOKEN_WRONG' })
    nas = await nas.restart()
    expect(token()).toMatch(/^[0-9a-f]{32}$/)
  })

  test('of several at once one wins; afterwards it is done, and trying writes nothing down', async () => {
    await start()
    const answers = await Promise.all(
      ['ada', 'ben', 'ada', 'cleo'].map((username) =>
        nas.client().completeSetup({ setupToken: token(), username, password: goodPassword }),
      ),
    )
    const types = answers.map(({ data, errors }) => {
      expect(errors).toBeUndefined()
      return data.completeSetup.__typename
    })
    expect(types.sort()).toEqual(['Session', 'SetupDone', 'SetupDone', 'SetupDone'])
    expect(await nas.database.user.count()).toBe(1)
    expect(await nas.database.session.count()).toBe(1)
    expect(readdirSync(nas.storageDir)).toHaveLength(3)
    const audited = await nas.database.auditEntry.count()
    const again = await nas.client().completeSetup({ setupToken: token(), username: 'dan', password: goodPassword })
    expect(again.data.completeSetup).toMatchObject({ code: 'SETUP_DONE' })
    expect(await nas.database.auditEntry.count()).toBe(audited)
  })

  test('where the home cannot be made nothing was created, and it works once it can', async () => {
    await start()
    writeFileSync(`${nas.storageDir}/${adminName}`, 'a file in the way')
    const input = { setupToken: token(), username: adminName, password: goodPassword }
    const { data } = await nas.client().completeSetup(input)
    expect(data.completeSetup).toMatchObject({ code: 'HOME_NAME_TAKEN', field: 'username' })
    expect(await nas.database.user.count()).toBe(0)
    expect(await isRequired()).toBe(true)
    const { data: elsewhere } = await nas.client().completeSetup({ ...input, username: 'ben' })
    expect(elsewhere.completeSetup.__typename).toBe('Session')
  })

  test('goes on after a stop between the account and its home', async () => {
    await start()
    await nas.client().completeSetup({ setupToken: token(), username: adminName, password: goodPassword })
    // What a stop right after the transaction leaves: the rows, the token's file and no home.
    await nas.database.fileEntry.deleteMany({ where: { name: adminName } })
    rmdirSync(`${nas.storageDir}/${adminName}`)
    writeFileSync(tokenFile(), `${token()}\n`)
    nas = await nas.restart()
    expect(existsSync(tokenFile())).toBe(false)
    expect(await isRequired()).toBe(false)
    const admin = nas.client()
    await admin.signIn(adminName, goodPassword)
    const { data } = await admin.graphql('mutation { createFolder(input: { path: "/ada/new" }) { __typename } }')
    expect(data.createFolder.__typename).toBe('File')
  })
})
