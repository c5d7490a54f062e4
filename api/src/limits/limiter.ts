import { RateLimited } from '../platform/errors.ts'
import type { SettingsService } from '../settings/service.ts'
import { addressKey } from './address-key.ts'
import type { Counted } from './model.ts'
import { limitSettings } from './settings.ts'
import type { LimitStore, Take } from './store.ts'
import { type CountedBy, type LimitName, limits, type Rate } from './table.ts'
import type { Tally } from './tally.ts'

export interface LimiterDeps {
  readonly store: LimitStore
  readonly settings: SettingsService
  /** Counts what was refused. */
  readonly denials: Tally
}

/** Says no to what is asked for too often. */
export class Limiter {
  readonly #deps: LimiterDeps
  /** What exists now of things that are limited by number, by their keys. Of this process. */
  readonly #present = new Map<string, number>()

  constructor(deps: LimiterDeps) {
    this.#deps = deps
  }

  /** The limit as it stands now. */
  rate(name: LimitName): Rate {
    return this.#deps.settings.get(limitSettings[name])
  }

  /** Counts once. Throws RATE_LIMITED when there was too much of it already. */
  async require(name: LimitName, who: Counted): Promise<void> {
    const { waitMs } = await this.#deps.store.take(this.#takes(name, who))
    if (waitMs > 0) throw this.deny(name, waitMs)
  }

  /** Takes back what was counted: it was no attempt of the kind that is limited. */
  async giveBack(name: LimitName, who: Counted): Promise<void> {
    await this.#deps.store.giveBack(this.#takes(name, who))
  }

  /** Counts something, for the address or the account alone where `by` says so, until the function that this returns is called. Throws RATE_LIMITED when there are as many as there may be. */
  enter(name: LimitName, who: Counted, by: CountedBy = limits[name].by): () => void {
    const { capacity } = this.rate(name)
    const keys = keysOf(name, who, by)
    if (keys.some((key) => (this.#present.get(key) ?? 0) >= capacity)) throw this.deny(name, 1_000)
    for (const key of keys) this.#present.set(key, (this.#present.get(key) ?? 0) + 1)
    let left = false
    return () => {
      if (left) return
      left = true
      for (const key of keys) {
        const rest = (this.#present.get(key) ?? 1) - 1
        if (rest > 0) this.#present.set(key, rest)
        else this.#present.delete(key)
      }
    }
  }

  /** The refusal, counted. */
  deny(name: LimitName, waitMs: number): RateLimited {
    this.#deps.denials.add(name)
    return new RateLimited(waitMs)
  }

  #takes(name: LimitName, who: Counted): Take[] {
    const rate = this.rate(name)
    // A changed limit begins with full buckets: it holds from the next request on, for those who were refused as well.
    return keysOf(`${name}@${rate.capacity}/${rate.refillPerSecond}`, who, limits[name].by).map((key) => ({ key, rate, cost: 1 }))
  }
}

function keysOf(prefix: string, { address, accountId }: Counted, by: CountedBy): string[] {
  const ofAddress = `${prefix}:a:${addressKey(address)}`
  // Who has no account is told apart by the address, else nobody could be.
  if (accountId === null) return [ofAddress]
  const ofAccount = `${prefix}:u:${accountId}`
  if (by === 'account') return [ofAccount]
  return by === 'address' ? [ofAddress] : [ofAddress, ofAccount]
}
