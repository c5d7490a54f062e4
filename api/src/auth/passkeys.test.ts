import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Authenticator, type Twist } from '../../test/authenticator.ts'
import { Client } from '../../test/client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, testedProviders, turnableClock } from '../../test/nas.ts'
import { attempt, begin, enrol, finish, signedInName } from '../../test/two-factor.ts'

const options = '... on PasskeyOptions { options } ... on Problem { code message }'

describe.each(await testedProviders())('passkeys on %s', (provider) => {
  const clock = turnableClock()
  let nas: TestNas
  let admin: Client
  /** A browser has passkeys for names alone. */
  let origin: string
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider, clock }))
    origin = nas.origin.replace('127.0.0.1', 'localhost')
    for (const name of ['signIn', 'verifyTwoFactor', 'confirmIdentity', 'createAccount', 'enrolFactor'])
      await attempt(admin, `updateLimit(input: { name: "${name}", capacity: 1000, refillPerSecond: 10 })`)
  })
  afterAll(() => nas.close())
  beforeEach(() => nas.database.session.updateMany({ data: { confirmedAt: clock.now() } }))

  let made = 0
  const browser = () => new Client(origin)
  async function person() {
    const username = `person${made++}`
    await admin.createUser({ username, password: goodPassword })
    const client = browser()
    await client.signIn(username, goodPassword)
    return { username, client }
  }
  // biome-ignore lint/suspicious/noExplicitAny: what a test expects of it is its type
  async function ask(client: Client, document: string, input?: object): Promise<any> {
    const { data, errors } = await client.graphql(document, input ? { input } : {})
    return errors?.[0] ? { code: errors[0].extensions.code } : Object.values(data)[0]
  }
  const startRegistration = (client: Client) => ask(client, `mutation { startPasskeyRegistration { ${options} } }`)
  const register = (client: Client, attestation: object, name = 'my phone') =>
    ask(
      client,
      `mutation ($input: RegisterPasskeyInput!) { registerPasskey(input: $input) {
        ... on PasskeyRegistered { passkey { id name backedUp } recoveryCodes } ... on Problem { code field } } }`,
      { name, attestation },
    )
  const startSignIn = async (client: Client) => (await ask(client, `mutation { startPasskeySignIn { ${options} } }`)).options
  const signIn = (client: Client, passkey: object) =>
    ask(
      client,
      'mutation ($input: SignInWithPasskeyInput!) { signInWithPasskey(input: $input) { __typename ... on Session { user { username } } ... on Problem { code } } }',
      { passkey },
    )
  const startVerification = (client: Client, challenge: string) =>
    ask(client, `mutation ($input: StartPasskeyVerificationInput!) { startPasskeyVerification(input: $input) { ${options} } }`, {
      challenge,
    })
  async function withPasskey() {
    const { username, client } = await person()
    const authenticator = new Authenticator(origin)
    const { passkey, recoveryCodes } = await register(client, authenticator.create((await startRegistration(client)).options))
    return { username, client, authenticator, passkey, recoveryCodes }
  }

  describe('registration', () => {
    test('makes a passkey that signs in without a password; with the first factor come recovery codes', async () => {
      const { username, authenticator, passkey, recoveryCodes } = await withPasskey()
      expect(passkey).toEqual({ id: expect.any(String), name: 'my phone', backedUp: false })
      expect(recoveryCodes).toHaveLength(10)
      const client = browser()
      expect(await signIn(client, authenticator.get(await startSignIn(client)))).toEqual({ __typename: 'Session', user: { username } })
      const newest = await nas.database.auditEntry.findFirstOrThrow({ where: { action: 'auth.signIn' }, orderBy: { sequence: 'desc' } })
      expect(newest).toMatchObject({ actorName: username, result: 'ok', details: { method: 'PASSKEY' } })
      expect(await signedInName(client)).toBe(username)
      const session = await nas.database.session.findFirstOrThrow({ where: { user: { username } }, orderBy: { id: 'desc' } })
      expect(session.method).toBe('PASSKEY')
    })

    test('a second one brings no new recovery codes, and the same authenticator is not taken twice', async () => {
      const { client, authenticator } = await withPasskey()
      const begun = (await startRegistration(client)).options
      expect(begun.excludeCredentials).toHaveLength(1)
      expect((await register(client, authenticator.create(begun))).code).toBe('PASSKEY_REFUSED')
      const other = await register(client, new Authenticator(origin).create((await startRegistration(client)).options))
      expect(other.recoveryCodes).toBeNull()
    })

    test.each<[string, Twist]>([
      ['of another site', { origin: 'https://evil.example' }],
      ['of another name', { rpId: 'evil.example' }],
      ['of another ceremony', { type: 'webauthn.get' }],
      ['without anybody there', { userPresent: false }],
    ])('refuses an answer %s, and the challenge is gone', async (_what, twist) => {
      const { client } = await person()
      const begun = (await startRegistration(client)).options
      const authenticator = new Authenticator(origin)
      expect((await register(client, authenticator.create(begun, twist))).code).toBe('PASSKEY_REFUSED')
      expect((await register(client, authenticator.create(begun))).code).toBe('CHALLENGE_OVER')
    })

    test('refuses a challenge that is made up, of somebody else, of another session, or over', async () => {
      const [ann, bob] = [await person(), await person()]
      const begun = (await startRegistration(ann.client)).options
      expect((await register(bob.client, new Authenticator(origin).create(begun))).code).toBe('PASSKEY_REFUSED')
      const elsewhere = browser()
      await elsewhere.signIn(ann.username, goodPassword)
      const own = (await startRegistration(ann.client)).options
      expect((await register(elsewhere, new Authenticator(origin).create(own))).code).toBe('PASSKEY_REFUSED')
      for (const challenge of ['', 'x'.repeat(43), '{}', '\u0000'])
        expect((await register(ann.client, new Authenticator(origin).create({ ...begun, challenge }))).code).toBe('CHALLENGE_OVER')
      const late = (await startRegistration(ann.client)).options
      clock.turn(5 * 60_000 + 1)
      expect((await register(ann.client, new Authenticator(origin).create(late))).code).toBe('CHALLENGE_OVER')
    })

    test('what is no answer at all is refused without a fault', async () => {
      const { client } = await person()
      const junk = { credentialId: '\u0000', clientDataJSON: '\u0000', attestationObject: 'x', transports: ['\u0000'] }
      expect((await register(client, junk)).code).toBe('CHALLENGE_OVER')
      const good = new Authenticator(origin).create((await startRegistration(client)).options)
      expect((await register(client, { ...good, attestationObject: 'AAAA' })).code).toBe('PASSKEY_REFUSED')
      expect((await register(client, good, '\u0007')).code).toBe('INVALID_INPUT')
    })

    test('is not there where a browser has no passkeys, and says why', async () => {
      const { username } = await person()
      const byAddress = nas.client()
      await byAddress.signIn(username, goodPassword)
      expect(await startRegistration(byAddress)).toEqual({ code: 'UNAVAILABLE', message: expect.stringContaining('TLS') })
    })
  })

  describe('signing in', () => {
    test.each<[string, Twist]>([
      ['of another site', { origin: 'https://evil.example' }],
      ['of this name at another port', { origin: 'http://localhost:1' }],
      ['of another name', { rpId: 'evil.example' }],
      ['of another ceremony', { type: 'webauthn.create' }],
      ['by whoever holds the device: no finger, no PIN', { userVerified: false }],
      ['that does not say whose it is', { userHandle: null }],
      ['that says it is somebody else’s', { userHandle: Buffer.from('somebody').toString('base64url') }],
      ['of an unknown passkey', { credentialId: 'AAAA' }],
      ['with another signature', { signature: Buffer.alloc(70).toString('base64url') }],
    ])('refuses an answer %s', async (_what, twist) => {
      const { authenticator } = await withPasskey()
      const client = browser()
      expect((await signIn(client, authenticator.get(await startSignIn(client), twist))).code).toBe('PASSKEY_REFUSED')
      expect(await signedInName(client)).toBeNull()
    })

    test('an answer works once, also when it comes several times at once', async () => {
      const { authenticator } = await withPasskey()
      const answer = authenticator.get(await startSignIn(browser()))
      const results = await Promise.all(Array.from({ length: 6 }, () => signIn(browser(), answer)))
      expect(results.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1)
      expect(results.filter(({ code }) => code === 'CHALLENGE_OVER')).toHaveLength(5)
      expect((await signIn(browser(), answer)).code).toBe('CHALLENGE_OVER')
    })

    test('a counter that goes back is that of a copy: refused, and written down', async () => {
      const { username, authenticator } = await withPasskey()
      expect((await signIn(browser(), authenticator.get(await startSignIn(browser()), { counter: 7 }))).__typename).toBe('Session')
      for (const counter of [7, 6, 0]) {
        expect((await signIn(browser(), authenticator.get(await startSignIn(browser()), { counter }))).code).toBe('PASSKEY_REFUSED')
      }
      const passkey = await nas.database.passkey.findFirstOrThrow({ where: { user: { username } } })
      expect(passkey.counter).toBe(7n)
      const entries = await nas.database.auditEntry.findMany({ where: { action: 'auth.signInWithPasskey', target: username } })
      expect(entries.map(({ details }) => details)).toEqual(Array(3).fill({ reason: expect.stringContaining('counter went back') }))
      expect((await signIn(browser(), authenticator.get(await startSignIn(browser()), { counter: 8 }))).__typename).toBe('Session')
    })

    test('an authenticator that does not count may stay at 0', async () => {
      const { authenticator } = await withPasskey()
      for (const round of [1, 2]) {
        const result = await signIn(browser(), authenticator.get(await startSignIn(browser()), { counter: 0 }))
        expect([round, result.__typename]).toEqual([round, 'Session'])
      }
    })

    test('a disabled account and a deleted passkey let nobody in', async () => {
      const [disabled, deleted] = [await withPasskey(), await withPasskey()]
      const { id } = await nas.database.user.findUniqueOrThrow({ where: { usernameKey: disabled.username } })
      await attempt(admin, `updateUser(input: { id: "${id}", disabled: true })`)
      expect((await signIn(browser(), disabled.authenticator.get(await startSignIn(browser())))).code).toBe('PASSKEY_REFUSED')
      await attempt(deleted.client, `deletePasskey(input: { id: "${deleted.passkey.id}" })`)
      expect((await signIn(browser(), deleted.authenticator.get(await startSignIn(browser())))).code).toBe('PASSKEY_REFUSED')
    })
  })

  describe('as second factor', () => {
    test('goes with the password, without a finger or a PIN', async () => {
      const { username, authenticator } = await withPasskey()
      const client = browser()
      const half = await begin(client, username, goodPassword)
      expect(half.methods).toEqual(['PASSKEY', 'RECOVERY_CODE'])
      const begun = (await startVerification(client, half.challenge)).options
      expect(begun.allowCredentials).toHaveLength(1)
      const result = await finish(client, { challenge: half.challenge, passkey: authenticator.get(begun, { userVerified: false }) })
      expect(result).toMatchObject({ __typename: 'Session' })
    })

    test('is not offered where a browser has no passkeys', async () => {
      const { username } = await withPasskey()
      expect((await begin(nas.client(), username, goodPassword)).methods).toEqual(['RECOVERY_CODE'])
    })

    test('of somebody else, or for another sign-in or purpose, is refused', async () => {
      const [ann, bob] = [await withPasskey(), await withPasskey()]
      const half = async () => (await begin(browser(), ann.username, goodPassword)).challenge as string
      const first = await half()
      const begun = (await startVerification(browser(), first)).options
      expect((await finish(browser(), { challenge: first, passkey: bob.authenticator.get(begun) })).code).toBe('PASSKEY_REFUSED')
      const second = await half()
      const forFirst = (await startVerification(browser(), first)).options
      expect((await finish(browser(), { challenge: second, passkey: ann.authenticator.get(forFirst) })).code).toBe('PASSKEY_REFUSED')
      const free = await startSignIn(browser())
      expect((await finish(browser(), { challenge: second, passkey: ann.authenticator.get(free) })).code).toBe('CHALLENGE_OVER')
      const bound = (await startVerification(browser(), second)).options
      expect((await signIn(browser(), ann.authenticator.get(bound))).code).toBe('CHALLENGE_OVER')
    })
  })

  describe('afterwards', () => {
    test('confirms who is there, in the session that asked', async () => {
      const { client, username, authenticator } = await withPasskey()
      const other = browser()
      await signIn(other, authenticator.get(await startSignIn(other)))
      const document = `mutation { startPasskeyConfirmation { ${options} } }`
      const confirm = (who: Client, passkey: object) =>
        ask(who, 'mutation ($input: ConfirmIdentityInput!) { confirmIdentity(input: $input) { __typename ... on Problem { code } } }', {
          passkey,
        })
      await nas.database.session.updateMany({ where: { user: { username } }, data: { confirmedAt: new Date(0) } })
      expect((await startRegistration(client)).code).toBe('CONFIRMATION_REQUIRED')
      const stolen = (await ask(client, document)).options
      expect((await confirm(other, authenticator.get(stolen))).code).toBe('PASSKEY_REFUSED')
      const own = (await ask(client, document)).options
      const thief = browser()
      thief.cookie = client.cookie
      expect((await confirm(client, authenticator.get(own))).__typename).toBe('IdentityConfirmed')
      expect([await signedInName(client), await signedInName(thief)]).toEqual([username, null])
      expect((await startRegistration(client)).options).toBeDefined()
    })

    test('is renamed and deleted by its owner alone', async () => {
      const [ann, bob] = [await withPasskey(), await withPasskey()]
      const { id } = ann.passkey
      expect((await attempt(bob.client, `renamePasskey(input: { id: "${id}", name: "mine" })`)).code).toBe('PASSKEY_NOT_FOUND')
      expect((await attempt(bob.client, `deletePasskey(input: { id: "${id}" })`)).code).toBe('PASSKEY_NOT_FOUND')
      expect((await attempt(ann.client, `renamePasskey(input: { id: "${id}", name: " key ring " })`)).__typename).toBe('Passkey')
      const { data } = await ann.client.graphql('{ passkeys { id name } }')
      expect(data.passkeys).toEqual([{ id, name: 'key ring' }])
    })

    test('adding one and deleting one end the other sessions, and not the one that does it', async () => {
      const { username, client } = await person()
      const before = browser()
      await before.signIn(username, goodPassword)
      const authenticator = new Authenticator(origin)
      const { passkey } = await register(client, authenticator.create((await startRegistration(client)).options))
      expect([await signedInName(before), await signedInName(client)]).toEqual([null, username])
      await signIn(before, authenticator.get(await startSignIn(before)))
      expect(await signedInName(before)).toBe(username)
      await attempt(client, `deletePasskey(input: { id: "${passkey.id}" })`)
      expect([await signedInName(before), await signedInName(client)]).toEqual([null, username])
    })

    test('with the last factor the recovery codes go, with another they stay', async () => {
      const { client, passkey, username } = await withPasskey()
      await enrol(client, clock.now())
      const left = () => nas.database.recoveryCode.count({ where: { user: { username }, usedAt: null } })
      await attempt(client, `deletePasskey(input: { id: "${passkey.id}" })`)
      expect(await left()).toBe(10)
      await attempt(client, 'disableTotp')
      expect(await left()).toBe(0)
    })

    test('an account without a password keeps its last one', async () => {
      const { client, passkey, username } = await withPasskey()
      await nas.database.user.update({ where: { usernameKey: username }, data: { passwordHash: null } })
      expect((await attempt(client, `deletePasskey(input: { id: "${passkey.id}" })`)).code).toBe('LAST_FACTOR')
      expect(await nas.database.passkey.count({ where: { id: passkey.id } })).toBe(1)
    })
  })
})
