import { pino } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { testAudit } from '../audit/test-audit.ts'
import { createTestDatabase, testActor } from '../files/test-storage.ts'
import type { Database } from '../platform/db.ts'
import { TurnedClock } from '../simulation/turned-clock.ts'
import { accountFindings } from './findings/accounts.ts'
import { auditFindings } from './findings/audit.ts'
import { keyFindings } from './findings/keys.ts'
import { machineFindings } from './findings/machine.ts'
import type { FindingSource } from './model.ts'
import { SecurityService } from './service.ts'

const day = 24 * 3_600_000
const reached = { address: '192.0.2.1', secure: true }

describe.each(await testedProviders())('weaknesses on %s', (provider) => {
  let database: Database
  let drop: () => Promise<void>
  const clock = new TurnedClock(Date.UTC(2026, 10, 20))
  const at = (days: number) => new Date(clock.now().getTime() + days * day)

  beforeAll(async () => {
    ;({ database, drop } = await createTestDatabase(provider))
    const user = (username: string, role: 'ADMIN' | 'USER', rest = {}) =>
      database.user.create({ data: { id: username, username, usernameKey: username, role, createdAt: at(-100), ...rest } })
    await user('ada', 'ADMIN')
    await user('alan', 'ADMIN')
    await user('anna', 'USER')
    await user('ben', 'USER', { disabledAt: at(-1) })
    await user('half', 'USER')
    const totp = (userId: string, confirmedAt: Date | null) =>
      database.totp.create({ data: { userId, secret: 'sealed', createdAt: at(-1), confirmedAt } })
    await totp('alan', at(-1))
    await totp('half', null)
    const key = (id: string, userId: string, rest: object) =>
      database.apiKey.create({
        data: {
          id,
          userId,
          name: id,
          prefix: 'balu_x',
          keyHash: id,
          scopes: [],
          addresses: ['192.0.2.0/24'],
          createdAt: at(-100),
          expiresAt: at(10),
          lastUsedAt: at(-1),
          ...rest,
        },
      })
    await key('good', 'ada', {})
    await key('endless', 'ada', { expiresAt: null })
    await key('forgotten', 'anna', { lastUsedAt: at(-91) })
    await key('new', 'anna', { lastUsedAt: null, createdAt: at(-1) })
    await key('anywhere', 'anna', { addresses: [] })
    await key('expired', 'anna', { expiresAt: at(-1), addresses: [], lastUsedAt: null })
    await key('of the disabled', 'ben', {})
    const session = (id: string, days: number, ends: number) =>
      database.session.create({
        data: {
          id,
          tokenHash: id,
          userId: 'anna',
          createdAt: at(days),
          expiresAt: at(ends),
          absoluteExpiresAt: at(ends),
          lastUsedAt: at(-1),
          address: '192.0.2.1',
          method: 'PASSWORD',
          confirmedAt: at(days),
        },
      })
    await session('old', -31, 10)
    await session('young', -29, 10)
    await session('over', -90, -1)
  })
  afterAll(() => drop())

  const codes = async (source: FindingSource, how = reached) =>
    Object.fromEntries((await source.find(how)).map(({ code, count, subjects }) => [code, [count, ...subjects]]))

  test('accounts without a second factor that is confirmed, disabled ones with keys, old sessions', async () => {
    expect(await codes(accountFindings({ database, clock }))).toEqual({
      ADMIN_WITHOUT_SECOND_FACTOR: [1, 'ada'],
      USER_WITHOUT_SECOND_FACTOR: [2, 'anna', 'half'],
      DISABLED_ACCOUNT_WITH_KEY: [1, 'ben'],
      OLD_SESSION: [1, 'anna'],
    })
  })

  test('a passkey is a second factor', async () => {
    await database.passkey.create({
      data: {
        id: 'p',
        userId: 'ada',
        name: 'p',
        credentialId: 'c',
        publicKey: new Uint8Array(1),
        counter: 0n,
        transports: [],
        backedUp: false,
        createdAt: at(0),
      },
    })
    expect(await codes(accountFindings({ database, clock }))).not.toHaveProperty('ADMIN_WITHOUT_SECOND_FACTOR')
  })

  test('keys without end, unused, from anywhere; those that are over are nobody’s trouble', async () => {
    expect(await codes(keyFindings({ database, clock }))).toEqual({
      KEY_WITHOUT_EXPIRY: [1, 'endless (ada)'],
      KEY_UNUSED: [1, 'forgotten (anna)'],
      KEY_FROM_ANYWHERE: [1, 'anywhere (anna)'],
    })
  })

  test('how the server is reached', async () => {
    const source = (rest = {}) =>
      machineFindings({
        database,
        host: '0.0.0.0',
        tls: false,
        setupTokenInEnvironment: false,
        secondFactorRequired: () => true,
        keyBesideDatabase: false,
        ...rest,
      })
    expect(Object.keys(await codes(source(), { ...reached, secure: false }))).toEqual(['PLAIN_HTTP', 'LIMITS_NEVER_ADJUSTED'])
    expect(Object.keys(await codes(source(), { address: '127.0.0.1', secure: false }))).toEqual([
      'LISTENS_EVERYWHERE_WITHOUT_TLS',
      'LIMITS_NEVER_ADJUSTED',
    ])
    expect(Object.keys(await codes(source({ tls: true, setupTokenInEnvironment: true, keyBesideDatabase: true })))).toEqual([
      'SETUP_TOKEN_IN_ENVIRONMENT',
      'MASTER_KEY_BESIDE_DATABASE',
      'LIMITS_NEVER_ADJUSTED',
    ])
    expect(Object.keys(await codes(source({ tls: true, secondFactorRequired: () => false })))).toContain('SECOND_FACTOR_NOT_REQUIRED')
    await database.setting.create({ data: { key: 'limits.signIn', value: {}, changedAt: at(0) } })
    expect(await codes(source({ tls: true }))).toEqual({})
  })

  test('failed sign-ins by address, counted ones with their count; a log that was not checked, and one that is not whole', async () => {
    const audit = testAudit(database, { provider, clock })
    const source = auditFindings({ audit, database, clock, startedAt: at(-8) })
    const fail = (address: string) =>
      audit.record(
        { kind: 'anonymous', address, client: null, requestId: 'r' },
        { action: 'auth.signIn', target: 'ada', result: 'SIGN_IN_FAILED' },
      )
    for (let index = 0; index < 25; index++) await fail('192.0.2.7')
    await fail('192.0.2.8')
    await audit.stop()
    const found = await source.find(reached)
    expect(found.find(({ code }) => code === 'FAILED_SIGN_INS')).toMatchObject({
      severity: 'WARNING',
      count: 26,
      subjects: ['192.0.2.7 × 25', '192.0.2.8 × 1'],
    })
    expect(found.map(({ code }) => code)).toContain('AUDIT_UNCHECKED')
    const checking = testAudit(database, { provider, clock })
    // With another key than the entries were written with nothing fits.
    await checking.verify({ kind: 'system', reason: 'test' })
    expect(Object.keys(await codes(source))).toEqual(['AUDIT_BROKEN', 'FAILED_SIGN_INS'])
    clock.turn(2 * day)
    expect(Object.keys(await codes(source))).toEqual(['AUDIT_BROKEN'])
  })
})

test('the worst comes first, and a source that fails or hangs hurts no other', async () => {
  const service = new SecurityService({
    clock: new TurnedClock(),
    log: pino({ level: 'silent' }),
    sources: [
      { name: 'fails', find: async () => Promise.reject(new Error('no')) },
      { name: 'hangs', find: () => new Promise(() => {}) },
      {
        name: 'works',
        find: async () =>
          (['INFO', 'CRITICAL', 'WARNING'] as const).map((severity) => ({ code: severity, severity, count: 1, subjects: [], since: null })),
      },
    ],
  })
  const overview = await service.overview(testActor('ada', 'ADMIN'), { secure: true })
  expect(overview.findings.map(({ code }) => code)).toEqual(['CRITICAL', 'WARNING', 'INFO'])
  expect(overview.unavailable).toEqual(['fails', 'hangs'])
  await expect(service.overview(testActor('ben'), { secure: true })).rejects.toMatchObject({ code: 'FORBIDDEN' })
})
