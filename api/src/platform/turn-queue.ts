interface Waiter {
  start(): void
  giveUp(error: Error): void
}

export interface TurnQueueOptions {
  /** Work at once; the rest waits. */
  readonly atOnce: number
  /** Who may wait at most in all. */
  readonly mostWaiting: number
  /** Who may wait at most from one place. */
  readonly mostWaitingOfOne: number
  /** What is thrown at who cannot even wait; told in how many seconds there may be room. */
  readonly busy: (retryAfterSeconds: number) => Error
}

/**
 * Lets costly work happen a few at once. What waits is bounded, and those who wait take turns by where they come from: a
 * flood from one address neither fills the memory nor makes others wait for all of it.
 */
export class TurnQueue {
  readonly #options: TurnQueueOptions
  /** By where they come from; whose turn is next stands first. */
  readonly #waiting = new Map<string, Waiter[]>()
  #waitingCount = 0
  #underWay = 0
  /** How long one piece of work takes lately, in milliseconds. */
  #usual = 100

  constructor(options: TurnQueueOptions) {
    this.#options = options
  }

  get waiting(): number {
    return this.#waitingCount
  }

  /** Throws what `busy` makes, at once or when somebody else gets the place. */
  async run<T>(from: string, work: () => Promise<T>): Promise<T> {
    await this.#place(from)
    const started = performance.now()
    try {
      return await work()
    } finally {
      this.#usual += (performance.now() - started - this.#usual) / 8
      this.#passOn()
    }
  }

  async #place(from: string): Promise<void> {
    const { atOnce, mostWaiting, mostWaitingOfOne } = this.#options
    if (this.#underWay < atOnce) {
      this.#underWay += 1
      return
    }
    const own = this.#waiting.get(from)?.length ?? 0
    if (own >= mostWaitingOfOne) throw this.#busy()
    if (this.#waitingCount >= mostWaiting && !this.#makeRoom(own)) throw this.#busy()
    await new Promise<void>((start, giveUp) => {
      const line = this.#waiting.get(from)
      const waiter = { start, giveUp }
      if (line) line.push(waiter)
      else this.#waiting.set(from, [waiter])
      this.#waitingCount += 1
    })
  }

  /** Sends the newest away from where most wait, if that is more than wait from where the new one comes. */
  #makeRoom(own: number): boolean {
    const [from, longest] = [...this.#waiting].reduce((most, each) => (each[1].length > most[1].length ? each : most))
    if (longest.length <= own + 1) return false
    this.#leave(from, longest, longest.pop())?.giveUp(this.#busy())
    return true
  }

  /** The place goes on to who is next. */
  #passOn(): void {
    const [next] = this.#waiting
    if (!next) {
      this.#underWay -= 1
      return
    }
    const [from, line] = next
    const waiter = this.#leave(from, line, line.shift())
    if (line.length > 0) {
      // To the end of the round.
      this.#waiting.delete(from)
      this.#waiting.set(from, line)
    }
    waiter?.start()
  }

  #leave(from: string, line: Waiter[], waiter: Waiter | undefined): Waiter | undefined {
    this.#waitingCount -= 1
    if (line.length === 0) this.#waiting.delete(from)
    return waiter
  }

  #busy(): Error {
    return this.#options.busy(Math.max(1, Math.ceil((this.#waitingCount * this.#usual) / this.#options.atOnce / 1_000)))
  }
}
