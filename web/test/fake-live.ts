import { type DocumentNode, print } from 'graphql'
import type { LiveClient } from '../src/graphql/live-link'

interface Reader {
  query: string
  next: (result: { data: Record<string, unknown> }) => void
}

/** A live socket in the test's hand: `push` delivers a frame to everyone who reads that subscription. */
export class FakeLive implements LiveClient {
  readonly #readers = new Set<Reader>()
  disposed = false

  subscribe: LiveClient['subscribe'] = (payload, sink) => {
    const reader: Reader = { query: payload.query, next: (result) => sink.next(result as never) }
    this.#readers.add(reader)
    return () => {
      this.#readers.delete(reader)
    }
  }

  dispose = () => {
    this.disposed = true
  }

  push(document: DocumentNode, data: Record<string, unknown>) {
    const name = nameOf(print(document))
    const readers = [...this.#readers].filter((reader) => nameOf(reader.query) === name)
    if (readers.length === 0) throw new Error(`Nobody reads ${name}`)
    for (const reader of readers) reader.next({ data })
  }
}

function nameOf(query: string): string {
  return /subscription (\w+)/.exec(query)?.[1] ?? query
}
