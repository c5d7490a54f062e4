import { Redis } from 'ioredis'

/** A Redis for tests: the one of this machine, or another that is named. */
export const testRedisUrl = process.env['BALUHOST_TEST_REDIS_URL'] ?? 'redis://127.0.0.1:6379/15'

/** Whether tests with Redis can be run here; says loudly when they cannot. */
export async function hasRedis(): Promise<boolean> {
  const redis = new Redis(testRedisUrl, { lazyConnect: true, connectTimeout: 2_000, retryStrategy: () => null })
  redis.on('error', () => {})
  try {
    await redis.connect()
    return true
  } catch {
    console.warn('\n  NOT TESTED: limits shared over Redis. There is none at 127.0.0.1:6379; name one with BALUHOST_TEST_REDIS_URL.\n')
    return false
  } finally {
    redis.disconnect()
  }
}
