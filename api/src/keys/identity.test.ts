import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { testedProviders } from '../../test/nas.ts'
import { testAudit } from '../audit/test-audit.ts'
import { createTestDatabase } from '../files/test-storage.ts'
import { createAdapter, type Database } from '../platform/db.ts'
import { Unauthenticated } from '../platform/errors.ts'
import { KeyIdentity } from './identity.ts'
import { createKeyText, hashOfKey, prefixOfKey } from './key-text.ts'
import { KeyRefusals } from './refusals.ts'

describe.each(await testedProviders())('who a key speaks for, on %s', (provider) => {
  const key = createKeyText()
  const from = (address: string) => ({ address, client: null, requestId: 'r' })
  let now: Date
  let database: Database
  let statements: string[]
  let identity: KeyIdentity
  let drop: () => Promise<void>

  beforeEach(async () => {
    const made = await createTestDatabase(provider)
    const { PrismaClient } = await import(`../generated/${provider}/client.ts`)
    const client = new PrismaClient({ adapter: await createAdapter(made.address), log: [{ emit: 'event', level: 'query' }] })
    statements = []
    client.$on('query', ({ query }: { query: string }) => {
      if (!/^(?:BEGIN|COMMIT)/.test(query)) statements.push(query)
    })
    database = client
    drop = async () => {
      await client.$disconnect()
      await made.drop()
    }
    now = new Date('2026-11-21T00:00:00Z')
    const clock = { now: () => now, monotonic: () => now.getTime() }
    identity = new KeyIdentity({
      database,
      clock,
      refusals: new KeyRefusals({ audit: testAudit(made.database), count: async () => {} }),
    })
    const user = await made.database.user.create({
      data: { id: 'u', username: 'ben', usernameKey: 'ben', role: 'USER', passwordHash: null, createdAt: now },
    })
    await made.database.apiKey.create({
      data: {
        id: 'k',
        userId: user.id,
        name: 'x',
        prefix: prefixOfKey(key),
        keyHash: hashOfKey(key),
        scopes: ['files:read'],
        addresses: [],
        createdAt: now,
      },
    })
  })
  afterEach(() => drop())

  const pass = (milliseconds: number) => {
    now = new Date(now.getTime() + milliseconds)
  }
  const written = () => statements.filter((statement) => !/^SELECT/i.test(statement))

  test('a request costs two reads; its use is written once a minute, from however many addresses and at once', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, at) => identity.identify(key, from(`10.0.0.${at}`))))
    expect(written()).toHaveLength(1)
    expect(written()[0]).toMatch(/^UPDATE .*ApiKey.*lastUsedAt/)
    statements.length = 0
    for (let at = 0; at < 20; at++) await identity.identify(key, from('10.0.0.1'))
    expect(statements).toHaveLength(20 * 2)
    pass(60_000)
    await identity.identify(key, from('10.0.0.1'))
    expect(written()).toEqual([])
    pass(1)
    for (let at = 0; at < 20; at++) await identity.identify(key, from(`10.0.0.${at}`))
    expect(written()).toHaveLength(1)
    expect(await database.apiKey.findUnique({ where: { id: 'k' } })).toMatchObject({ lastUsedAt: now, lastUsedAddress: '10.0.0.0' })
  })

  test('another process, or a start anew, does not write within the minute either', async () => {
    await database.apiKey.update({ where: { id: 'k' }, data: { lastUsedAt: now } })
    statements.length = 0
    pass(59_999)
    await identity.identify(key, from('10.0.0.1'))
    expect(written()).toEqual([])
  })

  test('what cannot be a key costs no read', async () => {
    for (const text of ['', 'x', `${key}x`, key.slice(1), 'x'.repeat(1_000_000)]) {
      await expect(identity.identify(text, from('10.0.0.1'))).rejects.toBeInstanceOf(Unauthenticated)
    }
    expect(statements).toEqual([])
  })

  test('a scope that no release knows any more is none of the key, and broken lists let nothing in', async () => {
    await database.apiKey.update({ where: { id: 'k' }, data: { scopes: ['files:read', 'moon:land'] } })
    expect((await identity.identify(key, from('10.0.0.1'))).scopes).toEqual(new Set(['files:read']))
    for (const data of [{ scopes: {} }, { scopes: ['files:read', 7] }, { addresses: {} }, { addresses: 'x' }]) {
      await database.apiKey.update({ where: { id: 'k' }, data: { scopes: ['files:read'], addresses: [], ...data } })
      await expect(identity.identify(key, from('10.0.0.1'))).rejects.toThrow('damaged')
    }
  })
})
