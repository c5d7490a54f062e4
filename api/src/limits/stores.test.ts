import { randomBytes } from 'node:crypto'
import { Redis } from 'ioredis'
import { afterAll, describe, expect, test } from 'vitest'
import { hasRedis, testRedisUrl } from '../../test/redis.ts'
import { MemoryLimitStore } from './memory-store.ts'
import { RedisLimitStore } from './redis-store.ts'
import { type Hands, storeContract } from './store.contract.ts'

describe('in memory', () => {
  storeContract(async () => {
    const hands: Hands = { at: 1_000_000 }
    const store = new MemoryLimitStore(() => hands.at)
    return { store, hands, close: () => store.close() }
  })

  test('what strangers make it remember has an end, and what is used stays', async () => {
    const hands = { at: 0 }
    const store = new MemoryLimitStore(() => hands.at, 1_000)
    const rate = { capacity: 2, refillPerSecond: 0.001 }
    const take = (key: string) => store.take([{ key, rate, cost: 1 }])
    await take('used')
    await take('used')
    for (let index = 0; index < 10_000; index++) {
      await take(`stranger ${index}`)
      if (index % 500 === 0) expect((await take('used')).waitMs).toBeGreaterThan(0)
    }
    expect(store.size).toBeLessThanOrEqual(1_000)
    expect(store.size).toBeGreaterThanOrEqual(500)
    expect((await take('used')).waitMs).toBeGreaterThan(0)
  })

  test('full buckets are not kept', async () => {
    const hands = { at: 0 }
    const store = new MemoryLimitStore(() => hands.at)
    const take = { key: 'a', rate: { capacity: 2, refillPerSecond: 1 }, cost: 1 }
    await store.take([take])
    await store.giveBack([take])
    expect(store.size).toBe(0)
  })
})

describe.runIf(await hasRedis())('in Redis', () => {
  const prefix = `baluhost-test:${randomBytes(6).toString('hex')}:`
  let created = 0
  afterAll(async () => {
    const redis = new Redis(testRedisUrl)
    const keys = await redis.keys(`${prefix}*`)
    if (keys.length > 0) await redis.del(keys)
    redis.disconnect()
  })
  const create = async (hands: Hands, own: string) => {
    const store = new RedisLimitStore(testRedisUrl, () => hands.at, own)
    await store.ready()
    return store
  }

  storeContract(async () => {
    const hands: Hands = { at: Date.now() }
    const store = await create(hands, `${prefix}${created++}:`)
    return { store, hands, close: () => store.close() }
  })

  test('two processes share what they count', async () => {
    const hands: Hands = { at: Date.now() }
    const [one, other] = [await create(hands, `${prefix}two:`), await create(hands, `${prefix}two:`)]
    const take = { key: 'a', rate: { capacity: 10, refillPerSecond: 0.001 }, cost: 1 }
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => (index % 2 ? one : other).take([take])))
    expect(answers.filter(({ waitMs }) => waitMs === 0)).toHaveLength(10)
    await Promise.all([one.close(), other.close()])
  })

  test('every key has an end', async () => {
    const hands: Hands = { at: Date.now() }
    const store = await create(hands, `${prefix}ends:`)
    await store.take([{ key: 'a', rate: { capacity: 10, refillPerSecond: 1 }, cost: 4 }])
    await store.attempt('b', { free: 0, firstMs: 1_000, longestMs: 1_000, forgetMs: 1_000 })
    for (let index = 0; index < 2; index++) await store.attempt('e', { free: 3, firstMs: 1_000, longestMs: 1_000, forgetMs: 1_000 })
    await store.withdraw('e', { free: 3, firstMs: 1_000, longestMs: 1_000, forgetMs: 1_000 })
    for (const holder of ['x', 'y']) await store.turn('c', holder, { burst: 1, intervalMs: 1_000, longestMs: 9_000, holdMs: 1_000 })
    await store.returnTurn('c', 'x', { burst: 1, intervalMs: 1_000, longestMs: 9_000, holdMs: 1_000 })
    await store.remember('d', 1_000)
    const redis = new Redis(testRedisUrl)
    const keys = await redis.keys(`${prefix}ends:*`)
    expect(keys).toHaveLength(7)
    for (const key of keys) expect(await redis.pttl(key), key).toBeGreaterThan(0)
    redis.disconnect()
    await store.close()
  })
})
