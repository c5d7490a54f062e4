import { describe, expect, test } from 'vitest'
import type { Client } from '../../test/client.ts'
import { goodPassword, testedProviders } from '../../test/nas.ts'
import { attempt, begin, codeOf, confirmTotp, enrol, finish, startTotp } from '../../test/two-factor.ts'
import { twoFactorHouse } from '../../test/two-factor-house.ts'

const minute = 60_000
const day = 24 * 60 * minute

describe.each(await testedProviders())('the second step of a sign-in on %s', (provider) => {
  const house = twoFactorHouse(provider)
  const { clock, person, secured, firstHalf, idOf, nextStep } = house

  describe('codes', () => {
    test('one step to either side is right, two are not', async () => {
      for (const [steps, result] of [
        [-2, 'CODE_WRONG'],
        [2, 'CODE_WRONG'],
        [-1, undefined],
        [0, undefined],
        [1, undefined],
      ] as const) {
        const { username, secret } = await secured()
        await house.nas.database.totp.updateMany({ where: { userId: await idOf(username) }, data: { lastStep: null } })
        const half = await firstHalf(username)
        expect([steps, (await finish(half.client, { challenge: half.challenge, code: codeOf(secret, clock.now(), steps) })).code]).toEqual([
          steps,
          result,
        ])
      }
    })

    test('a code is accepted once, and none that is older than it', async () => {
      const { username, secret } = await secured()
      const halves = [await firstHalf(username), await firstHalf(username), await firstHalf(username)]
      const [first, again, older] = halves as [(typeof halves)[0], (typeof halves)[0], (typeof halves)[0]]
      const code = codeOf(secret, clock.now(), 1)
      expect((await finish(first.client, { challenge: first.challenge, code })).__typename).toBe('Session')
      expect((await finish(again.client, { challenge: again.challenge, code })).code).toBe('CODE_WRONG')
      expect((await finish(older.client, { challenge: older.challenge, code: codeOf(secret, clock.now()) })).code).toBe('CODE_WRONG')
    })

    test('the code that confirmed the enrolment is used up by that', async () => {
      const { username, client } = await person()
      const { secret } = await startTotp(client)
      const code = codeOf(secret, clock.now())
      await confirmTotp(client, code)
      const half = await firstHalf(username)
      expect((await finish(half.client, { challenge: half.challenge, code })).code).toBe('CODE_WRONG')
    })

    test('of many sign-ins at once with one code, one is let in', async () => {
      const { username, secret } = await secured()
      const halves = await Promise.all(Array.from({ length: 5 }, () => firstHalf(username)))
      const code = codeOf(secret, clock.now())
      const results = await Promise.all(halves.map(({ client, challenge }) => finish(client, { challenge, code })))
      expect(results.filter(({ __typename }) => __typename === 'Session')).toHaveLength(1)
      expect(await house.nas.database.session.count({ where: { userId: await idOf(username), method: 'PASSWORD_AND_CODE' } })).toBe(1)
    })

    test('spaces do no harm; what is no code at all is wrong', async () => {
      const { username, secret } = await secured()
      for (const code of ['', ' ', '12345', '１２３４５６', 'x'.repeat(10_000), '\u0000']) {
        const { client, challenge } = await firstHalf(username)
        expect([code.slice(0, 9), (await finish(client, { challenge, code })).code]).toEqual([code.slice(0, 9), 'CODE_WRONG'])
      }
      clock.turn(minute)
      const fresh = await firstHalf(username)
      const code = codeOf(secret, clock.now())
      expect((await finish(fresh.client, { challenge: fresh.challenge, code: ` ${code.slice(0, 3)} ${code.slice(3)} ` })).__typename).toBe(
        'Session',
      )
    })

    test('who guesses must wait, however many sign-ins they begin', async () => {
      const { username } = await secured()
      const codes: string[] = []
      for (let guess = 0; guess < 9; guess++) {
        const half = await firstHalf(username)
        codes.push((await finish(half.client, { challenge: half.challenge, code: String(100_000 + guess) })).code)
      }
      expect(codes.filter((code) => code === 'CODE_WRONG').length).toBeLessThanOrEqual(6)
      expect(codes.at(-1)).toBe('RATE_LIMITED')
      clock.turn(20 * minute)
    })
  })

  describe('challenges', () => {
    test('are good for five tries', async () => {
      const { username, secret } = await secured()
      const { client, challenge } = await firstHalf(username)
      const tries = []
      for (let count = 0; count < 5; count++) tries.push((await finish(client, { challenge, code: `00000${count}` })).code)
      expect(tries).toEqual(Array(5).fill('CODE_WRONG'))
      clock.turn(minute)
      expect((await finish(client, { challenge, code: codeOf(secret, clock.now()) })).code).toBe('CHALLENGE_OVER')
    })

    test('are over after five minutes, once used, and when made up', async () => {
      const { username, secret } = await secured()
      const late = await firstHalf(username)
      clock.turn(5 * minute + 1)
      expect((await finish(late.client, { challenge: late.challenge, code: codeOf(secret, clock.now()) })).code).toBe('CHALLENGE_OVER')
      const { client, challenge } = await firstHalf(username)
      expect((await finish(client, { challenge, code: codeOf(secret, clock.now()) })).__typename).toBe('Session')
      nextStep()
      expect((await finish(house.nas.client(), { challenge, code: codeOf(secret, clock.now()) })).code).toBe('CHALLENGE_OVER')
      for (const made of ['', 'x', 'x'.repeat(43), '\u0000', 'x'.repeat(100_000)])
        expect((await finish(house.nas.client(), { challenge: made, code: codeOf(secret, clock.now()) })).code).toBe('CHALLENGE_OVER')
    })

    test('are of one account: a code of another one is wrong for it', async () => {
      const [ann, bob] = [await secured(), await secured()]
      const { client, challenge } = await firstHalf(ann.username)
      expect((await finish(client, { challenge, code: codeOf(bob.secret, clock.now()) })).code).toBe('CODE_WRONG')
      expect((await finish(client, { challenge, code: bob.codes[0] ?? '' })).code).toBe('CODE_WRONG')
      expect(await house.nas.database.recoveryCode.count({ where: { userId: await idOf(bob.username), usedAt: null } })).toBe(10)
    })

    test('the database holds hashes of them alone', async () => {
      const { username } = await secured()
      const { challenge } = await firstHalf(username)
      expect(JSON.stringify(await house.nas.database.challenge.findMany())).not.toContain(challenge)
      const { tokenHash } = await house.nas.database.challenge.findFirstOrThrow({ where: { userId: await idOf(username) } })
      expect((await finish(house.nas.client(), { challenge: tokenHash, code: '000000' })).code).toBe('CHALLENGE_OVER')
    })

    test('are over when the password is changed, the account is disabled, or its factors are reset', async () => {
      for (const change of [
        (userId: string) => `resetPassword(input: { userId: "${userId}", password: "another long password" })`,
        (userId: string) => `updateUser(input: { id: "${userId}", disabled: true })`,
        (userId: string) => `resetTwoFactor(input: { userId: "${userId}" })`,
      ]) {
        const { username, secret } = await secured()
        const { client, challenge } = await firstHalf(username)
        expect((await attempt(house.admin, change(await idOf(username)))).__typename).toBe('User')
        expect((await finish(client, { challenge, code: codeOf(secret, clock.now()) })).code).toBe('CHALLENGE_OVER')
      }
    })
  })

  describe('remembered browsers', () => {
    async function remembered() {
      const { username, client, secret } = await secured()
      const browser = await firstHalf(username)
      await finish(browser.client, { challenge: browser.challenge, code: codeOf(secret, clock.now()), rememberBrowser: true })
      return { username, client, secret, browser: browser.client }
    }
    const kind = async (client: Client, username: string) => (await begin(client, username, goodPassword)).__typename

    test('need no code, and only they', async () => {
      const { username, browser, client } = await remembered()
      expect(browser.cookie).toMatch(/baluhost_browser=[\w-]{43}/)
      const token = /baluhost_browser=([\w-]{43})/.exec(browser.cookie ?? '')?.[1] ?? ''
      expect(JSON.stringify(await house.nas.database.rememberedBrowser.findMany())).not.toContain(token)
      expect(await kind(browser, username)).toBe('Session')
      expect(await kind(house.nas.client(), username)).toBe('TwoFactorRequired')
      const { data } = await client.graphql('{ rememberedBrowsers { id client isCurrent expiresAt } }')
      expect(data.rememberedBrowsers).toEqual([{ id: expect.any(String), client: 'node', isCurrent: false, expiresAt: expect.any(String) }])
      // Whom it is not remembered for must still show a code.
      expect(await kind(browser, (await secured()).username)).toBe('TwoFactorRequired')
    })

    test('of several people who share one, each is remembered', async () => {
      const { username, browser } = await remembered()
      const other = await secured()
      const { challenge } = await begin(browser, other.username, goodPassword)
      await finish(browser, { challenge, code: codeOf(other.secret, clock.now()), rememberBrowser: true })
      expect([await kind(browser, username), await kind(browser, other.username)]).toEqual(['Session', 'Session'])
    })

    test('are forgotten when the authenticator gives way to another one', async () => {
      const { username, browser, client } = await remembered()
      nextStep()
      await house.confirmEverybody()
      const { secret } = await enrol(client, clock.now())
      expect(await house.nas.database.rememberedBrowser.count({ where: { userId: await idOf(username) } })).toBe(0)
      const { __typename, challenge } = await begin(browser, username, goodPassword)
      expect(__typename).toBe('TwoFactorRequired')
      expect((await finish(browser, { challenge, code: codeOf(secret, clock.now()) })).__typename).toBe('Session')
    })

    test('are forgotten one by one', async () => {
      const { username, browser, client } = await remembered()
      const [{ id }] = (await client.graphql('{ rememberedBrowsers { id } }')).data.rememberedBrowsers
      const stranger = await person()
      await attempt(stranger.client, `forgetBrowser(input: { id: "${id}" })`)
      expect(await kind(browser, username)).toBe('Session')
      await attempt(client, `forgetBrowser(input: { id: "${id}" })`)
      expect(await kind(browser, username)).toBe('TwoFactorRequired')
    })

    test('are forgotten after 30 days', async () => {
      const { username, browser } = await remembered()
      const where = { userId: await idOf(username) }
      const { createdAt, expiresAt } = await house.nas.database.rememberedBrowser.findFirstOrThrow({ where })
      expect(expiresAt.getTime() - createdAt.getTime()).toBe(30 * day)
      await house.nas.database.rememberedBrowser.updateMany({ where, data: { expiresAt: clock.now() } })
      expect(await kind(browser, username)).toBe('TwoFactorRequired')
    })

    test('are forgotten with a new password, when the account is disabled, and when its factor is given up', async () => {
      const changed = await remembered()
      const password = 'a wholly different one'
      await attempt(house.admin, `resetPassword(input: { userId: "${await idOf(changed.username)}", password: "${password}" })`)
      expect((await begin(changed.browser, changed.username, password)).__typename).toBe('TwoFactorRequired')
      const disabled = await remembered()
      await attempt(house.admin, `updateUser(input: { id: "${await idOf(disabled.username)}", disabled: true })`)
      await attempt(house.admin, `updateUser(input: { id: "${await idOf(disabled.username)}", disabled: false })`)
      expect(await kind(disabled.browser, disabled.username)).toBe('TwoFactorRequired')
      const given = await remembered()
      await attempt(given.client, 'disableTotp')
      await enrol(given.client, clock.now())
      expect(await kind(given.browser, given.username)).toBe('TwoFactorRequired')
    })
  })
})
