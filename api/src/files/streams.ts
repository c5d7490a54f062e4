import type { Reader } from '../platform/bus.ts'

/** The stream with each value turned into another; it ends after the one that `isLast`. */
export function mapped<From, To>(reader: Reader<From>, turn: (value: From) => To, isLast: (value: To) => boolean): Reader<To> {
  const stream: Reader<To> = {
    async next() {
      const { value, done } = await reader.next()
      if (done) return { value: undefined, done: true }
      const turned = turn(value)
      if (isLast(turned)) await reader.return()
      return { value: turned, done: false }
    },
    async return() {
      await reader.return()
      return { value: undefined, done: true }
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}

/** Each value of each map as a value of its own. While they are read the stream behind merges what is newer. */
export function flattened<T>(reader: Reader<ReadonlyMap<string, T>>): Reader<T> {
  let unread: T[] = []
  const stream: Reader<T> = {
    async next() {
      while (unread.length === 0) {
        const { value, done } = await reader.next()
        if (done) return { value: undefined, done: true }
        unread = [...value.values()].reverse()
      }
      return { value: unread.pop() as T, done: false }
    },
    async return() {
      unread = []
      await reader.return()
      return { value: undefined, done: true }
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}
