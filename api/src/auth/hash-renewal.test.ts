import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { adminName, goodPassword, startNasWithAdmin, type TestNas, testedProviders } from '../../test/nas.ts'
import { costOf } from './password.ts'
import { leastCost, setPasswordCost } from './password-cost.ts'

describe.each(await testedProviders())('a hash of another cost is made anew at the sign-in, on %s', (provider) => {
  let nas: TestNas
  beforeAll(async () => {
    ;({ nas } = await startNasWithAdmin({ provider }))
  })
  afterEach(() => setPasswordCost(leastCost))
  afterAll(() => nas.close())

  const dearer = { memory: 24_576, passes: 2 }
  const hash = async () => (await nas.database.user.findUniqueOrThrow({ where: { usernameKey: adminName } })).passwordHash ?? ''
  const signIn = async (password: string) => {
    const client = nas.client()
    await client.signIn(adminName, password)
    return (await client.graphql('{ me { username } }')).data.me !== null
  }

  test('with the right password, once', async () => {
    expect(costOf(await hash())).toEqual(leastCost)
    setPasswordCost(dearer)
    expect(await signIn('not the right one')).toBe(false)
    expect(costOf(await hash())).toEqual(leastCost)
    expect(await signIn(goodPassword)).toBe(true)
    const renewed = await hash()
    expect(costOf(renewed)).toEqual(dearer)
    expect(await signIn(goodPassword)).toBe(true)
    expect(await hash()).toBe(renewed)
  })

  test('by several at once: all of them come in', async () => {
    const before = await hash()
    expect(await Promise.all([1, 2, 3, 4].map(() => signIn(goodPassword)))).toEqual([true, true, true, true])
    expect(await hash()).not.toBe(before)
    expect(costOf(await hash())).toEqual(leastCost)
  })
})
