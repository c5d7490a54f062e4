import { type Reader, startingWith } from '../platform/bus.ts'
import type { AuditEntry } from './model.ts'

/** The present first, then what is added and wanted. What the present holds already does not come twice. */
export function newestThenMatching(
  newest: () => Promise<AuditEntry | null>,
  added: Reader<AuditEntry>,
  wanted: (entry: AuditEntry) => boolean,
): Reader<AuditEntry | null> {
  let last = 0
  const present = async () => {
    const entry = await newest()
    last = entry?.sequence ?? 0
    return entry
  }
  const source = startingWith<AuditEntry | null>(present, added as Reader<AuditEntry | null>)
  let first = true
  const stream: Reader<AuditEntry | null> = {
    async next() {
      for (;;) {
        const { value, done } = await source.next()
        if (done) return { value: undefined, done: true }
        if (first) {
          first = false
          return { value, done: false }
        }
        if (value && value.sequence > last && wanted(value)) return { value, done: false }
      }
    },
    return: () => source.return(),
    [Symbol.asyncIterator]: () => stream,
  }
  return stream
}
