import type { Reader } from '../platform/bus.ts'
import type { RaidArray } from './model.ts'

/** All arrays, or why they cannot be read. */
export type RaidReading = { readonly arrays: readonly RaidArray[] } | { readonly failure: unknown }

/**
 * Turns readings of all arrays into a stream of those that differ from what this reader saw last (only the one of this
 * name, when it is not null). An array that is gone is not told. A reading that failed ends the stream with its reason.
 * `next()` must be awaited before it is called again, as `for await` and GraphQL do.
 */
export function watchChanges(readings: Reader<RaidReading>, name: string | null): Reader<RaidArray> {
  let seen = new Map<string, string>()
  let fresh: RaidArray[] = []
  const take = (arrays: readonly RaidArray[]) => {
    const wanted = arrays.filter((array) => name === null || array.name === name)
    const now = new Map(wanted.map((array) => [array.name, JSON.stringify(array)]))
    fresh = wanted.filter((array) => seen.get(array.name) !== now.get(array.name))
    seen = now
  }
  const stream: Reader<RaidArray> = {
    async next() {
      for (;;) {
        const value = fresh.shift()
        if (value) return { value, done: false }
        const reading = await readings.next()
        if (reading.done) return { value: undefined, done: true }
        if ('failure' in reading.value) {
          await readings.return()
          throw reading.value.failure
        }
        take(reading.value.arrays)
      }
    },
    return: () => {
      fresh = []
      return readings.return() as Promise<IteratorResult<RaidArray>>
    },
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}
