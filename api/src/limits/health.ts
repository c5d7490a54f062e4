import { degraded, disabled, failed, type HealthComponent, running } from '../health/component.ts'

/** The connection that counts are shared over. */
export interface SharedCounts {
  ping(): Promise<number>
  reconnect(): Promise<void>
}

interface Outage {
  readonly isAway: boolean
  retry(): void
}

/** Redis, where one is named. */
export function redisHealth(redis: SharedCounts | null, store: Outage | null): HealthComponent {
  const declared = { name: 'redis', title: 'Redis', kind: 'EXTERNAL', required: false } as const
  if (!redis) {
    return {
      ...declared,
      notRestartable: 'It is not set up: BALUHOST_REDIS_URL names none.',
      check: () => disabled('NOT_CONFIGURED', 'BALUHOST_REDIS_URL names none: this process counts for itself.'),
    }
  }
  return {
    ...declared,
    async restart() {
      await redis.reconnect()
      store?.retry()
    },
    async check() {
      try {
        const latency = Math.round((await redis.ping()) * 100) / 100
        return running({ details: [{ name: 'latency', value: latency, unit: 'MILLISECONDS' }] })
      } catch (error) {
        return failed('NOT_CONNECTED', 'Redis does not answer.', { error })
      }
    },
  }
}

/** Where it is counted how often something is done. */
export function limitsHealth(store: Outage | null): HealthComponent {
  return {
    name: 'limits',
    title: 'Rate limits',
    kind: 'INTERNAL',
    dependsOn: ['redis'],
    required: false,
    notRestartable: store
      ? 'It goes back to Redis by itself; the connection is restarted as Redis.'
      : 'It counts in memory: beginning anew would let everybody try as often again.',
    check() {
      const details = [{ name: 'counting', value: !store ? 'memory' : store.isAway ? 'memory for now' : 'Redis' }]
      if (!store?.isAway) return running({ details })
      const message = 'Redis is away: this process counts for itself until it is back.'
      // What is wrong, Redis itself says.
      return degraded('COUNTED_HERE', message, { details })
    },
  }
}
