/** Lets one task at a time work on a thing, and others on other things meanwhile. Not reentrant. */
export class KeyedLock<Key extends string | number> {
  readonly #tails = new Map<Key, Promise<void>>()

  async run<T>(key: Key, task: () => Promise<T>): Promise<T> {
    const before = this.#tails.get(key)
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#tails.set(key, promise)
    try {
      await before
      return await task()
    } finally {
      if (this.#tails.get(key) === promise) this.#tails.delete(key)
      resolve()
    }
  }

  /** Holds several things; always taken in the same order, so that two tasks never wait for each other. */
  runAll<T>(keys: readonly Key[], task: () => Promise<T>): Promise<T> {
    const [first, ...rest] = [...new Set(keys)].sort((a, b) => (a < b ? -1 : 1))
    return first === undefined ? task() : this.run(first, () => this.runAll(rest, task))
  }
}
