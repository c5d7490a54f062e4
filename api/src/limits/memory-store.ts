import type { Backoff, LimitStore, Row, Take, Taken } from './store.ts'

/** Entries kept: what strangers can make the server remember has an end. */
const mostEntries = 100_000

/** Two numbers and what they mean depends on the key: tokens at a time, attempts until a time, or a time alone. */
interface Entry {
  value: number
  at: number
  /** When it means nothing any more, so that it may be dropped unread. */
  until: number
}

/**
 * Counts of this process alone. Each method runs to its end without waiting: that is what makes it atomic. Entries live in two
 * halves: when the present one is full it becomes the past one, and what was not used since is given up with the one before.
 * Moving each used entry to the end of one map would do the same and cost fifty times as much in a large one.
 */
export class MemoryLimitStore implements LimitStore {
  #present = new Map<string, Entry>()
  #past = new Map<string, Entry>()
  readonly #now: () => number
  readonly #most: number

  /** `now` in milliseconds, and never backwards. */
  constructor(now: () => number, most = mostEntries) {
    this.#now = now
    this.#most = most
  }

  /** Entries, some of them in both halves. */
  get size(): number {
    return this.#present.size + this.#past.size
  }

  async take(takes: readonly Take[]): Promise<Taken> {
    const now = this.#now()
    let waitMs = 0
    const levels = takes.map((take) => {
      const tokens = this.#tokens(take, now)
      waitMs = Math.max(waitMs, waitFor(take, tokens))
      return tokens
    })
    if (waitMs > 0) return { waitMs }
    for (const [index, take] of takes.entries()) this.#keep(take, (levels[index] ?? 0) - take.cost, now)
    return { waitMs: 0 }
  }

  async giveBack(takes: readonly Take[]): Promise<void> {
    const now = this.#now()
    for (const take of takes) this.#keep(take, Math.min(take.rate.capacity, this.#tokens(take, now) + take.cost), now)
  }

  async attempt(key: string, { free, firstMs, longestMs, forgetMs }: Backoff): Promise<number> {
    const now = this.#now()
    const entry = this.#read(key, now)
    if (entry && entry.at > now) return Math.ceil(Math.min(entry.at - now, longestMs))
    const attempts = (entry?.value ?? 0) + 1
    const wait = attempts <= free ? 0 : Math.min(firstMs * 2 ** Math.min(attempts - free - 1, 40), longestMs)
    this.#write(key, { value: attempts, at: now + wait, until: now + wait + forgetMs })
    return 0
  }

  async withdraw(key: string, { forgetMs }: Backoff): Promise<void> {
    const now = this.#now()
    const entry = this.#read(key, now)
    if (!entry) return
    if (entry.value <= 1) this.#drop(key)
    else this.#write(key, { value: entry.value - 1, at: Math.min(entry.at, now), until: Math.min(entry.at, now) + forgetMs })
  }

  async turn(row: string, holder: string, { burst, intervalMs, longestMs, holdMs }: Row): Promise<number> {
    const now = this.#now()
    const held = this.#read(`${row}>${holder}`, now)
    if (held) {
      if (held.at > now) return Math.ceil(held.at - now)
      this.#drop(`${row}>${holder}`)
      return 0
    }
    const end = Math.max(this.#read(row, now)?.at ?? 0, now) + intervalMs
    const due = end - burst * intervalMs
    if (due - now > longestMs) return longestMs
    this.#write(row, { value: 0, at: end, until: end })
    if (due <= now) return 0
    this.#write(`${row}>${holder}`, { value: 0, at: due, until: due + holdMs })
    return Math.ceil(due - now)
  }

  async returnTurn(row: string, holder: string, { holdMs }: Row): Promise<void> {
    const now = this.#now()
    this.#write(`${row}>${holder}`, { value: 0, at: now, until: now + holdMs })
  }

  async remember(key: string, forMs: number): Promise<void> {
    const now = this.#now()
    this.#write(key, { value: 0, at: now, until: now + forMs })
  }

  async remembers(key: string): Promise<boolean> {
    return this.#read(key, this.#now()) !== undefined
  }

  async forget(key: string): Promise<void> {
    this.#drop(key)
  }

  async close(): Promise<void> {
    this.#present.clear()
    this.#past.clear()
  }

  #tokens({ key, rate }: Take, now: number): number {
    const entry = this.#read(key, now)
    if (!entry) return rate.capacity
    return Math.min(rate.capacity, entry.value + Math.max(0, (now - entry.at) / 1_000) * rate.refillPerSecond)
  }

  #keep({ key, rate }: Take, tokens: number, now: number): void {
    const untilFull = ((rate.capacity - tokens) / rate.refillPerSecond) * 1_000
    // A full bucket is as good as none.
    if (untilFull <= 0) this.#drop(key)
    else this.#write(key, { value: tokens, at: now, until: now + untilFull })
  }

  #read(key: string, now: number): Entry | undefined {
    const entry = this.#present.get(key) ?? this.#past.get(key)
    if (!entry || entry.until <= now) return undefined
    if (!this.#present.has(key)) this.#write(key, entry)
    return entry
  }

  #write(key: string, entry: Entry): void {
    this.#present.set(key, entry)
    if (this.#present.size < this.#most / 2) return
    this.#past = this.#present
    this.#present = new Map()
  }

  #drop(key: string): void {
    this.#present.delete(key)
    this.#past.delete(key)
  }
}

/** In whole milliseconds; a billionth that arithmetic left over is none. */
function waitFor({ rate, cost }: Take, tokens: number): number {
  return tokens >= cost ? 0 : Math.max(1, Math.ceil(((cost - tokens) / rate.refillPerSecond) * 1_000 - 1e-6))
}
