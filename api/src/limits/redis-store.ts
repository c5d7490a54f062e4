import { Redis } from 'ioredis'
import { scripts } from './redis-scripts.ts'
import type { Backoff, LimitStore, Row, Take, Taken } from './store.ts'

/** How long an answer may take, in milliseconds: each field of each request waits for it. */
const patience = 250

/** The scripts as methods of the client, which sends them by hash. */
interface Scripted {
  limitTake(keys: number, ...args: (string | number)[]): Promise<number>
  limitGiveBack(keys: number, ...args: (string | number)[]): Promise<number>
  limitAttempt(key: string, ...args: number[]): Promise<number>
  limitWithdraw(key: string, ...args: number[]): Promise<number>
  limitTurn(row: string, holder: string, ...args: number[]): Promise<number>
}

/** Counts that every process with the same Redis shares. */
export class RedisLimitStore implements LimitStore {
  readonly #url: string
  readonly #now: () => number
  readonly #prefix: string
  #redis: Redis & Scripted
  /** What the connection failed with last, until it stands: commands only say that there is none. */
  #broken: { error: Error | null } = { error: null }

  /** `now` in milliseconds since 1970: it must mean the same in every process. Errors of the connection are told by the methods, not by events. */
  constructor(url: string, now: () => number, prefix = 'baluhost:limit:') {
    this.#url = url
    this.#now = now
    this.#prefix = prefix
    this.#redis = connect(url, this.#broken)
  }

  /** Resolves when the connection stands. */
  async ready(): Promise<void> {
    if (this.#redis.status === 'ready') return
    await new Promise((resolve, reject) => this.#redis.once('ready', resolve).once('error', reject))
  }

  /** Answers how long Redis took, in milliseconds. */
  async ping(): Promise<number> {
    const before = performance.now()
    await this.#redis.ping().catch((error: unknown) => {
      throw this.#broken.error ?? error
    })
    return performance.now() - before
  }

  /** Gives up the connection and makes a new one; rejects when that fails, and goes on trying by itself. */
  async reconnect(): Promise<void> {
    const before = this.#redis
    this.#broken = { error: null }
    this.#redis = connect(this.#url, this.#broken)
    before.disconnect()
    await this.ready()
  }

  async take(takes: readonly Take[]): Promise<Taken> {
    const waitMs = await this.#redis.limitTake(takes.length, ...this.#keys(takes), this.#now(), ...numbersOf(takes))
    return { waitMs }
  }

  async giveBack(takes: readonly Take[]): Promise<void> {
    await this.#redis.limitGiveBack(takes.length, ...this.#keys(takes), this.#now(), ...numbersOf(takes))
  }

  async attempt(key: string, { free, firstMs, longestMs, forgetMs }: Backoff): Promise<number> {
    return this.#redis.limitAttempt(this.#prefix + key, this.#now(), free, firstMs, longestMs, forgetMs)
  }

  async withdraw(key: string, { forgetMs }: Backoff): Promise<void> {
    await this.#redis.limitWithdraw(this.#prefix + key, this.#now(), forgetMs)
  }

  async turn(row: string, holder: string, { burst, intervalMs, longestMs, holdMs }: Row): Promise<number> {
    const key = this.#prefix + row
    return this.#redis.limitTurn(key, `${key}>${holder}`, this.#now(), burst, intervalMs, longestMs, holdMs)
  }

  async returnTurn(row: string, holder: string, { holdMs }: Row): Promise<void> {
    await this.#redis.set(`${this.#prefix}${row}>${holder}`, String(this.#now()), 'PX', holdMs)
  }

  async remember(key: string, forMs: number): Promise<void> {
    await this.#redis.set(this.#prefix + key, '1', 'PX', forMs)
  }

  async remembers(key: string): Promise<boolean> {
    return (await this.#redis.exists(this.#prefix + key)) === 1
  }

  async forget(key: string): Promise<void> {
    await this.#redis.del(this.#prefix + key)
  }

  async close(): Promise<void> {
    this.#redis.disconnect()
  }

  #keys(takes: readonly Take[]): string[] {
    return takes.map(({ key }) => this.#prefix + key)
  }
}

function connect(url: string, broken: { error: Error | null }): Redis & Scripted {
  const redis = new Redis(url, {
    commandTimeout: patience,
    connectTimeout: 2_000,
    // What cannot be asked now is decided elsewhere; it must not be asked later.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (attempt) => Math.min(attempt * 200, 5_000),
  })
  redis.on('error', (error) => {
    broken.error = error
  })
  redis.on('ready', () => {
    broken.error = null
  })
  for (const [name, { keys, lua }] of Object.entries(scripts)) {
    redis.defineCommand(name, { lua, ...(keys === null ? {} : { numberOfKeys: keys }) })
  }
  return redis as Redis & Scripted
}

function numbersOf(takes: readonly Take[]): number[] {
  return takes.flatMap(({ cost, rate }) => [rate.capacity, rate.refillPerSecond, cost])
}
