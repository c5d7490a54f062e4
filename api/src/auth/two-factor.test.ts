import { describe, expect, test } from 'vitest'
import { goodPassword, testedProviders } from '../../test/nas.ts'
import { attempt, begin, codeOf, confirmTotp, enrol, finish, signedInName, startTotp } from '../../test/two-factor.ts'
import { twoFactorHouse } from '../../test/two-factor-house.ts'
import { nasSchema } from '../graphql/schema.nas.ts'

const minute = 60_000

describe.each(await testedProviders())('two factors on %s', (provider) => {
  const house = twoFactorHouse(provider)
  const { clock, confirmEverybody, confirmNobody, person, secured, firstHalf, idOf, nextStep } = house

  describe('enrolment', () => {
    test('a password alone signs in until the code of the app has been shown once', async () => {
      const { username, client } = await person()
      const { secret, uri } = await startTotp(client)
      expect(secret).toMatch(/^[A-Z2-7]{32}$/)
      expect(new URL(uri).searchParams.get('secret')).toBe(secret)
      expect(decodeURIComponent(uri)).toContain(`:${username}?`)
      expect((await begin(house.nas.client(), username, goodPassword)).__typename).toBe('Session')
      expect(await confirmTotp(client, '000000')).toEqual({ code: 'CODE_WRONG', field: 'code' })
      const { codes } = await confirmTotp(client, codeOf(secret, clock.now()))
      expect(new Set(codes).size).toBe(10)
      for (const code of codes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}-[0-9a-hjkmnp-tv-z]{4}$/)
      const required = await begin(house.nas.client(), username, goodPassword)
      expect(required).toMatchObject({ __typename: 'TwoFactorRequired', methods: ['TOTP', 'RECOVERY_CODE'] })
      expect(required.challenge).toMatch(/^[\w-]{43}$/)
    })

    test('the first half signs nobody in, and sets no session', async () => {
      const { username } = await secured()
      const { client } = await firstHalf(username)
      expect(client.cookie ?? '').not.toContain('baluhost_session')
      expect(await signedInName(client)).toBeNull()
      const where = { action: 'auth.signIn', target: username }
      const [half, whole] = await house.nas.database.auditEntry.findMany({ where, orderBy: { sequence: 'desc' }, take: 2 })
      // Who signed in before, to set it up, is known; who is half in is nobody yet.
      expect([half, whole].map((entry) => [entry?.actorName, entry?.result])).toEqual([
        ['anonymous', 'TWO_FACTOR_REQUIRED'],
        [username, 'ok'],
      ])
    })

    test('the secret is sealed in the database, and no field of the graph gives it again', async () => {
      const { client, secret, username } = await secured()
      const userId = await idOf(username)
      const row = await house.nas.database.totp.findUniqueOrThrow({ where: { userId } })
      expect(row.secret).toMatch(/^v1\./)
      expect(
        JSON.stringify([row, await house.nas.database.challenge.findMany(), await house.nas.database.auditEntry.findMany()]),
      ).not.toContain(secret)
      expect(house.nas.logged.join('')).not.toContain(secret)
      // Which types have a field for it, and how they are reached: by the mutation that makes a new one alone.
      const holders = Object.values(nasSchema.getTypeMap()).filter((type) => 'getFields' in type && 'secret' in type.getFields())
      expect(holders.map(({ name }) => name)).toEqual(['TotpEnrolment'])
      const ways = Object.values(nasSchema.getTypeMap()).flatMap((type) =>
        'getFields' in type && !type.name.endsWith('Input')
          ? Object.values(type.getFields())
              .filter((field) => /^(TotpEnrolment|StartTotpEnrolmentResult)[!\]]*$/.test(String(field.type)))
              .map((field) => `${type.name}.${field.name}`)
          : [],
      )
      expect(ways).toEqual(['Mutation.startTotpEnrolment'])
      expect((await startTotp(client)).secret).not.toBe(secret)
    })

    test('a new app takes the place of the old one only once it is confirmed', async () => {
      const { client, username, secret } = await secured()
      const { secret: next } = await startTotp(client)
      nextStep()
      const first = await firstHalf(username)
      expect((await finish(first.client, { challenge: first.challenge, code: codeOf(secret, clock.now()) })).__typename).toBe('Session')
      await confirmTotp(client, codeOf(next, clock.now()))
      nextStep()
      const second = await firstHalf(username)
      expect((await finish(second.client, { challenge: second.challenge, code: codeOf(secret, clock.now()) })).code).toBe('CODE_WRONG')
      expect((await finish(second.client, { challenge: second.challenge, code: codeOf(next, clock.now()) })).__typename).toBe('Session')
    })

    test('what another session began cannot be confirmed, nor what is over', async () => {
      const { client, username } = await person()
      const { secret } = await startTotp(client)
      const other = house.nas.client()
      await other.signIn(username, goodPassword)
      expect((await confirmTotp(other, codeOf(secret, clock.now()))).code).toBe('CHALLENGE_OVER')
      clock.turn(6 * minute)
      expect((await confirmTotp(client, codeOf(secret, clock.now()))).code).toBe('CHALLENGE_OVER')
    })

    test.each(['startTotpEnrolment', 'disableTotp', 'regenerateRecoveryCodes', 'startPasskeyRegistration'])(
      '%s asks who is there',
      async (field) => {
        const { client } = await secured()
        await confirmNobody()
        expect((await attempt(client, field)).code).toBe('CONFIRMATION_REQUIRED')
      },
    )
  })

  describe('recovery codes', () => {
    test('sign in once each, also as they are read off paper', async () => {
      const { username, codes, client } = await secured()
      const code = codes[0] ?? ''
      const first = await firstHalf(username)
      const typed = ` ${code.toUpperCase().replaceAll('-', ' ').replaceAll('0', 'O').replaceAll('1', 'l')} `
      expect((await finish(first.client, { challenge: first.challenge, code: typed })).__typename).toBe('Session')
      const again = await firstHalf(username)
      expect((await finish(again.client, { challenge: again.challenge, code })).code).toBe('CODE_WRONG')
      expect((await client.graphql('{ twoFactor { recoveryCodesLeft required passkeyCount } }')).data.twoFactor).toEqual({
        recoveryCodesLeft: 9,
        required: false,
        passkeyCount: 0,
      })
    })

    test('of many sign-ins at once with one code, one is let in', async () => {
      const { username, codes } = await secured()
      const halves = await Promise.all(Array.from({ length: 20 }, () => firstHalf(username)))
      const results = await Promise.all(halves.map(({ client, challenge }) => finish(client, { challenge, code: codes[3] ?? '' })))
      expect(results.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1)
      clock.turn(20 * minute)
    })

    test('neither they nor fast hashes of them are in the database', async () => {
      const { username, codes } = await secured()
      const rows = JSON.stringify(await house.nas.database.recoveryCode.findMany({ where: { userId: await idOf(username) } }))
      for (const code of codes) {
        expect(rows).not.toContain(code)
        expect(rows).not.toContain(code.replaceAll('-', ''))
      }
      expect(house.nas.logged.join('')).not.toContain(codes[0])
    })

    test('new ones make those before worthless', async () => {
      const { username, codes, client } = await secured()
      const { data } = await client.graphql('mutation { regenerateRecoveryCodes { ... on RecoveryCodes { codes } } }')
      const half = await firstHalf(username)
      expect((await finish(half.client, { challenge: half.challenge, code: codes[0] ?? '' })).code).toBe('CODE_WRONG')
      expect((await finish(half.client, { challenge: half.challenge, code: data.regenerateRecoveryCodes.codes[0] })).__typename).toBe(
        'Session',
      )
      expect((await attempt((await person()).client, 'regenerateRecoveryCodes')).code).toBe('NO_SECOND_FACTOR')
    })
  })

  describe('giving up and taking away', () => {
    test('without the app the password is enough again, and recovery codes are gone', async () => {
      const { username, client } = await secured()
      expect((await attempt(client, 'disableTotp')).__typename).toBe('TwoFactor')
      expect((await begin(house.nas.client(), username, goodPassword)).__typename).toBe('Session')
      expect(await house.nas.database.recoveryCode.count({ where: { userId: await idOf(username) } })).toBe(0)
      expect((await attempt(client, 'disableTotp')).code).toBe('NO_SECOND_FACTOR')
    })

    test('an administrator helps who is locked out; their sessions end, and it is written down', async () => {
      const { username, client } = await secured()
      const userId = await idOf(username)
      expect((await attempt((await person()).client, `resetTwoFactor(input: { userId: "${userId}" })`)).code).toBe('FORBIDDEN')
      await confirmNobody()
      expect((await attempt(house.admin, `resetTwoFactor(input: { userId: "${userId}" })`)).code).toBe('CONFIRMATION_REQUIRED')
      await confirmEverybody()
      expect((await attempt(house.admin, `resetTwoFactor(input: { userId: "${userId}" })`)).__typename).toBe('User')
      expect(await signedInName(client)).toBeNull()
      expect((await begin(house.nas.client(), username, goodPassword)).__typename).toBe('Session')
      const entries = await house.nas.database.auditEntry.findMany({
        where: { action: 'auth.resetTwoFactor' },
        orderBy: { sequence: 'asc' },
      })
      expect(entries.slice(-3).map(({ result }) => result)).toEqual(['FORBIDDEN', 'CONFIRMATION_REQUIRED', 'ok'])
      expect((await attempt(house.admin, 'resetTwoFactor(input: { userId: "nobody" })')).code).toBe('USER_NOT_FOUND')
    })

    test('setting one up, replacing it and giving it up end the other sessions, and not the one that does it', async () => {
      const { username, client } = await person()
      for (const change of [() => enrol(client, clock.now()), () => enrol(client, clock.now()), () => attempt(client, 'disableTotp')]) {
        // Somebody who got in before by the password alone: the app is put out of sight for so long.
        const stranger = house.nas.client()
        await house.nas.database.totp.updateMany({ where: { user: { username } }, data: { confirmedAt: null } })
        await stranger.signIn(username, goodPassword)
        await house.nas.database.totp.updateMany({ where: { user: { username } }, data: { confirmedAt: clock.now() } })
        expect(await signedInName(stranger)).toBe(username)
        await change()
        expect([await signedInName(stranger), await signedInName(client)]).toEqual([null, username])
      }
    })

    test('a code confirms who is there, once', async () => {
      const { client, secret } = await secured()
      const code = codeOf(secret, clock.now())
      await confirmNobody()
      const confirm = `confirmIdentity(input: { code: "${code}" })`
      expect((await attempt(client, confirm)).__typename).toBe('IdentityConfirmed')
      expect((await attempt(client, confirm)).code).toBe('CONFIRMATION_FAILED')
      expect((await attempt(client, 'regenerateRecoveryCodes')).__typename).toBe('RecoveryCodes')
    })
  })
})
