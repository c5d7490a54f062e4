import { createHash, createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedProviders, turnableClock } from '../../test/nas.ts'
import { codeOf } from '../../test/two-factor.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import { createMasterKeyLine, parseMasterKeys, Secrets } from '../platform/secrets.ts'
import { Challenges } from './challenges.ts'
import { RecoveryCodes } from './recovery-codes.ts'
import { Totp } from './totp.ts'

const line = createMasterKeyLine()
const secretsOf = (...lines: string[]) => new Secrets(parseMasterKeys(lines.join('\n'), 'a test'))
/** Past what waits for guesses and past the doors: so many really reach the database at once. */
const together = <T>(run: () => Promise<T>, count = 20) => Promise.all(Array.from({ length: count }, run))

describe.each(await testedProviders())('what is good once, with twenty at a time, on %s', (provider) => {
  const clock = turnableClock()
  const secrets = secretsOf(line)
  let database: Database
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
  })
  afterAll(() => drop())

  async function account(): Promise<string> {
    const id = createId()
    await database.user.create({ data: { id, username: id, usernameKey: id, role: 'USER', createdAt: clock.now() } })
    return id
  }
  const replace = (codes: RecoveryCodes, userId: string) => database.$transaction((transaction) => codes.replace(userId, transaction))

  test('a recovery code lets one in', async () => {
    const codes = new RecoveryCodes({ database, clock, secrets })
    const userId = await account()
    const [first = '', second = ''] = await replace(codes, userId)
    const results = await together(() => codes.use(userId, first))
    expect(results.filter(Boolean)).toHaveLength(1)
    expect(await codes.left(userId)).toBe(9)
    expect(await codes.use(userId, second)).toBe(true)
    expect(await codes.use(await account(), second)).toBe(false)
  })

  test('a code of the authenticator lets one in, and of three steps each one at most', async () => {
    const totp = new Totp({ database, clock, secrets })
    const userId = await account()
    const { secret } = totp.create('ada')
    await database.$transaction((transaction) => totp.keep(userId, totp.seal(userId, secret), 0, transaction))
    const results = await together(() => totp.use(userId, codeOf(secret, clock.now())))
    expect(results.filter(Boolean)).toHaveLength(1)
    clock.turn(60_000)
    const steps = [-1, 0, 1]
    const mixed = await Promise.all(
      steps.flatMap((step) => Array.from({ length: 6 }, () => totp.use(userId, codeOf(secret, clock.now(), step)))),
    )
    expect(mixed.filter(Boolean).length).toBeLessThanOrEqual(3)
    expect(await totp.use(userId, codeOf(secret, clock.now(), 1))).toBe(false)
  })

  test('a challenge ends once, and is tried no more often than it may be', async () => {
    const challenges = new Challenges({ database, clock })
    const { token } = await challenges.begin({ purpose: 'signIn', userId: await account() })
    const { id } = (await challenges.find('signIn', token)) ?? { id: '' }
    expect((await together(() => challenges.try(id, 5))).filter(Boolean)).toHaveLength(5)
    const next = await challenges.begin({ purpose: 'passkey.signIn', userId: null })
    const found = await challenges.find('passkey.signIn', next.token)
    expect((await together(() => challenges.end(found?.id ?? ''))).filter(Boolean)).toHaveLength(1)
    expect(await challenges.find('signIn', next.token)).toBeNull()
  })

  test('recovery codes outlive a new master key, and are worth nothing to who has the database alone', async () => {
    const before = new RecoveryCodes({ database, clock, secrets })
    const userId = await account()
    const [code = '', other = ''] = await replace(before, userId)
    const renewed = new RecoveryCodes({ database, clock, secrets: secretsOf(createMasterKeyLine(), line) })
    expect(await renewed.use(userId, code)).toBe(true)
    const lost = new RecoveryCodes({ database, clock, secrets: secretsOf(createMasterKeyLine()) })
    expect(await lost.use(userId, other)).toBe(false)
    const rows = JSON.stringify(await database.recoveryCode.findMany({ where: { userId } }))
    const plain = other.replaceAll('-', '')
    for (const text of [plain, `${userId}:${plain}`])
      for (const encoding of ['hex', 'base64url'] as const) {
        expect(rows).not.toContain(createHash('sha256').update(text).digest(encoding))
        expect(rows).not.toContain(createHmac('sha256', '').update(text).digest(encoding))
      }
  })

  test('a sealed secret of one account opens for no other', async () => {
    const totp = new Totp({ database, clock, secrets })
    const [ann, bob] = [await account(), await account()]
    const { secret } = totp.create('ann')
    const sealed = totp.seal(ann, secret)
    expect(totp.stepOfSealed(ann, sealed, codeOf(secret, clock.now()))).toEqual(expect.any(Number))
    expect(() => totp.stepOfSealed(bob, sealed, codeOf(secret, clock.now()))).toThrow()
  })
})
