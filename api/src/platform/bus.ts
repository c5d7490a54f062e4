import { StreamOverflow } from './errors.ts'

/**
 * A named stream of values of one type.
 * - `state`: readers want the newest value only. Each reader costs one slot; a newer value replaces an unread one, or is
 *   merged with it where the topic says how.
 * - `event`: readers want every value. Unread values are kept up to `bound`; one more ends the stream with StreamOverflow.
 */
export type Topic<T> =
  | { readonly name: string; readonly kind: 'state'; readonly merge?: (unread: T, newer: T) => T }
  | { readonly name: string; readonly kind: 'event'; readonly bound: number }

export function stateTopic<T>(name: string, merge?: (unread: T, newer: T) => T): Topic<T> {
  return merge ? { name, kind: 'state', merge } : { name, kind: 'state' }
}

export function eventTopic<T>(name: string, bound = 256): Topic<T> {
  return { name, kind: 'event', bound }
}

/** A live stream. It is attached from the moment it exists; end it with `return()` or by leaving a `for await`. */
export interface Reader<T> extends AsyncIterableIterator<T> {
  return(): Promise<IteratorResult<T>>
}

/** Told when the first reader of (topic, key) attaches and when the last one leaves. */
export interface Demand {
  wanted(key: string): void
  unwanted(key: string): void
}

/** Publishes values to whoever reads now. Nothing is kept for readers that come later. */
export class Bus {
  readonly #readers = new Map<string, Set<QueueReader<unknown>>>()
  readonly #demands = new Map<string, Set<Demand>>()

  publish<T>(topic: Topic<T>, key: string, value: T): void {
    const readers = this.#readers.get(address(topic.name, key))
    if (!readers) return
    for (const reader of readers) reader.push(value)
  }

  /** Attaches at once: nothing published after this call is missed, however late the first `next()` comes. */
  watch<T>(topic: Topic<T>, key: string): Reader<T> {
    const where = address(topic.name, key)
    const reader = new QueueReader<T>(topic, () => this.#detach(topic.name, key, reader as QueueReader<unknown>))
    const readers = this.#readers.get(where)
    if (readers) readers.add(reader as QueueReader<unknown>)
    else {
      this.#readers.set(where, new Set([reader as QueueReader<unknown>]))
      for (const demand of this.#demands.get(topic.name) ?? []) demand.wanted(key)
    }
    return reader
  }

  /**
   * Lets a costly source run only while somebody reads the topic; keys that have readers already are wanted at once.
   * Returns how to stop listening.
   */
  onDemand(topic: { name: string }, demand: Demand): () => void {
    const demands = this.#demands.get(topic.name) ?? new Set()
    this.#demands.set(topic.name, demands.add(demand))
    const prefix = address(topic.name, '')
    for (const where of this.#readers.keys()) if (where.startsWith(prefix)) demand.wanted(where.slice(prefix.length))
    return () => demands.delete(demand)
  }

  readerCount(topic: { name: string }, key: string): number {
    return this.#readers.get(address(topic.name, key))?.size ?? 0
  }

  /** Ends every reader, as at shutdown. */
  close(): void {
    for (const readers of [...this.#readers.values()]) for (const reader of [...readers]) void reader.return()
  }

  #detach(topic: string, key: string, reader: QueueReader<unknown>): void {
    const where = address(topic, key)
    const readers = this.#readers.get(where)
    if (!readers?.delete(reader) || readers.size > 0) return
    this.#readers.delete(where)
    for (const demand of this.#demands.get(topic) ?? []) demand.unwanted(key)
  }
}

/**
 * The present state first, then what changes: attach `reader` before reading `present`, so that nothing falls between.
 * Not a generator on purpose: a generator's `return()` waits for its pending `next()`, and a reader of a quiet topic
 * would stay attached until something is published.
 */
export function startingWith<T>(present: () => Promise<T> | T, reader: Reader<T>): Reader<T> {
  let started = false
  let ended = false
  const stream: Reader<T> = {
    async next() {
      if (started) return reader.next()
      started = true
      try {
        const value = await present()
        // Ended while the present was being read: a frame after return() would reach somebody who is gone.
        return ended ? { value: undefined, done: true } : { value, done: false }
      } catch (error) {
        await reader.return()
        throw error
      }
    },
    return: () => {
      started = true
      ended = true
      return reader.return()
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}

function address(topic: string, key: string): string {
  return `${topic}\u0000${key}`
}

class QueueReader<T> implements Reader<T> {
  readonly #topic: Topic<T>
  readonly #detach: () => void
  #unread: T[] = []
  #ended = false
  #failure: Error | null = null
  #waiting: { resolve(result: IteratorResult<T>): void; reject(error: Error): void }[] = []

  constructor(topic: Topic<T>, detach: () => void) {
    this.#topic = topic
    this.#detach = detach
  }

  push(value: T): void {
    if (this.#ended) return
    const waiting = this.#waiting.shift()
    if (waiting) {
      waiting.resolve({ value, done: false })
      return
    }
    if (this.#topic.kind === 'state') {
      const [unread] = this.#unread
      const merge = this.#topic.merge
      this.#unread[0] = unread !== undefined && merge ? merge(unread, value) : value
      return
    }
    if (this.#unread.length >= this.#topic.bound) {
      // The reader finds the failure at its next read; what it had not read is worthless without what follows.
      this.#unread = []
      this.#failure = new StreamOverflow()
      this.#end()
      return
    }
    this.#unread.push(value)
  }

  next(): Promise<IteratorResult<T>> {
    if (this.#unread.length > 0) return Promise.resolve({ value: this.#unread.shift() as T, done: false })
    if (this.#failure) {
      const failure = this.#failure
      this.#failure = null
      return Promise.reject(failure)
    }
    if (this.#ended) return Promise.resolve({ value: undefined, done: true })
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  return(): Promise<IteratorResult<T>> {
    this.#unread = []
    this.#end()
    return Promise.resolve({ value: undefined, done: true })
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #end(): void {
    if (this.#ended) return
    this.#ended = true
    this.#detach()
    for (const waiting of this.#waiting.splice(0)) waiting.resolve({ value: undefined, done: true })
  }
}
