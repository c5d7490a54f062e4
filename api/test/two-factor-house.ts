import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { DatabaseProvider } from '../src/platform/db.ts'
import type { Client } from './client.ts'
import { goodPassword, startNasWithAdmin, type TestNas, turnableClock } from './nas.ts'
import { attempt, begin, enrol } from './two-factor.ts'

/** A server for the tests of one file, and people who live on it with two factors. Everybody has just confirmed who they are. */
export function twoFactorHouse(provider: DatabaseProvider) {
  const clock = turnableClock()
  let nas: TestNas
  let admin: Client
  beforeAll(async () => {
    ;({ nas, admin } = await startNasWithAdmin({ provider, clock }))
    // One machine signs in here more often than a street: what guards an account stays as it is.
    for (const name of ['signIn', 'verifyTwoFactor', 'confirmIdentity', 'createAccount', 'enrolFactor'])
      await attempt(admin, `updateLimit(input: { name: "${name}", capacity: 1000, refillPerSecond: 10 })`)
  })
  afterAll(() => nas.close())
  const confirmEverybody = () => nas.database.session.updateMany({ data: { confirmedAt: clock.now() } })
  const confirmNobody = () => nas.database.session.updateMany({ data: { confirmedAt: new Date(0) } })
  beforeEach(confirmEverybody)

  let made = 0
  /** Somebody new who is signed in. */
  async function person() {
    const username = `person${made++}`
    await admin.createUser({ username, password: goodPassword })
    const client = nas.client()
    await client.signIn(username, goodPassword)
    return { username, client }
  }
  /** Somebody new who has an authenticator: its secret, and the recovery codes that came with it. */
  async function secured() {
    const { username, client } = await person()
    return { username, client, ...(await enrol(client, clock.now())) }
  }
  /** A browser in which the password of somebody was right, and what goes on from there. */
  async function firstHalf(username: string) {
    const client = nas.client()
    const { challenge } = await begin(client, username, goodPassword)
    return { client, challenge: challenge as string }
  }
  return {
    clock,
    get nas() {
      return nas
    },
    get admin() {
      return admin
    },
    confirmEverybody,
    confirmNobody,
    person,
    secured,
    firstHalf,
    idOf: async (username: string) => (await nas.database.user.findUniqueOrThrow({ where: { usernameKey: username } })).id,
    /** The next step of authenticators, so that a fresh code can be used; also what waits for wrong codes is over then. */
    nextStep: () => clock.turn(30_000),
  }
}
