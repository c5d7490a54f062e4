import type { DocumentNode } from 'graphql'

/** Longer texts are parsed each time: programs of one's own, not the dashboard. */
const longestKept = 8 * 1024
/** All texts together. A parsed document takes some hundred times its text, and whoever can reach the port chooses what is asked. */
const mostKept = 128 * 1024

/** Parsed documents by their text, the least recently used given up first. Bounded by size, not by count. */
export class DocumentCache {
  readonly #documents = new Map<string, DocumentNode>()
  #kept = 0

  get(text: string): DocumentNode | undefined {
    const document = this.#documents.get(text)
    if (document) {
      this.#documents.delete(text)
      this.#documents.set(text, document)
    }
    return document
  }

  set(text: string, document: DocumentNode): void {
    if (text.length > longestKept || this.#documents.has(text)) return
    this.#documents.set(text, document)
    this.#kept += text.length
    for (const oldest of this.#documents.keys()) {
      if (this.#kept <= mostKept) return
      this.#documents.delete(oldest)
      this.#kept -= oldest.length
    }
  }
}

/** Documents that cannot be parsed are not worth remembering: each wrong text would be kept. */
export const noErrorCache = { get: () => undefined, set: () => {} }
