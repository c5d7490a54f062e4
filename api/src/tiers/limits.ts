import type { AuditService } from '../audit/service.ts'
import { GuessGuard } from '../auth/guess-guard.ts'
import type { HealthComponent } from '../health/component.ts'
import { DeviceTokens } from '../limits/device-tokens.ts'
import { limitsHealth, redisHealth } from '../limits/health.ts'
import { Limiter } from '../limits/limiter.ts'
import { MemoryLimitStore } from '../limits/memory-store.ts'
import { ResilientLimitStore } from '../limits/resilient-store.ts'
import { LimitsService } from '../limits/service.ts'
import { SignInGuard } from '../limits/sign-in-guard.ts'
import type { LimitStore } from '../limits/store.ts'
import { Tally } from '../limits/tally.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Secrets } from '../platform/secrets.ts'
import type { SettingsService } from '../settings/service.ts'

interface ComposeLimitsDeps {
  readonly redisUrl: string | null
  readonly settings: SettingsService
  readonly audit: AuditService
  readonly secrets: Secrets
  readonly clock: Clock
  readonly log: Log
  readonly undo: AsyncDisposableStack
}

/** Limits counted in this process, or in Redis where one is named. */
export async function composeLimits({ redisUrl, settings, audit, secrets, clock, log, undo }: ComposeLimitsDeps) {
  const now = () => clock.monotonic()
  const own = new MemoryLimitStore(now)
  const sharedStore = async (url: string): Promise<{ store: LimitStore; health: HealthComponent[] }> => {
    // The client of Redis is loaded where there is one.
    const { RedisLimitStore } = await import('../limits/redis-store.ts')
    const shared = new RedisLimitStore(url, () => clock.now().getTime())
    // The first requests should be counted there already; a Redis that is away keeps nobody waiting for long.
    await Promise.race([shared.ready().catch(() => {}), new Promise((resolve) => setTimeout(resolve, 1_000).unref())])
    // Limits that another process has changed.
    const reading = setInterval(() => void settings.load().catch((err: unknown) => log.warn({ err }, 'settings cannot be read')), 5_000)
    undo.defer(() => clearInterval(reading))
    const store = new ResilientLimitStore({ shared, own, log, now })
    return { store, health: [redisHealth(shared, store), limitsHealth(store)] }
  }
  const alone = { store: own, health: [redisHealth(null, null), limitsHealth(null)] }
  const { store, health } = redisUrl === null ? alone : await sharedStore(redisUrl)
  undo.defer(() => store.close())
  const denials = new Tally(now)
  const limiter = new Limiter({ store, settings, denials })
  const limits = new LimitsService({ settings, audit, clock, denials })
  const signInGuard = new SignInGuard({ store, limiter, devices: new DeviceTokens({ secrets, clock }) })
  return { health, limiter, limits, signInGuard, guessGuard: new GuessGuard({ store, limiter }) }
}
