import type { DocumentNode } from 'graphql'

/**
 * The hash under which the server has a document of this build; null where documents are sent as texts: in development they
 * change while the server runs, and tests answer by their names.
 */
export function storedHashOf(document: DocumentNode): string | null {
  if (process.env.NODE_ENV !== 'production') return null
  const { __meta__: meta } = document as DocumentNode & { __meta__?: { hash?: string } }
  if (!meta?.hash) throw new Error('This document was not stored by the build: write it with graphql(…).')
  return meta.hash
}

/** As Apollo's servers and Yoga read it. */
export function persistedQuery(hash: string) {
  return { persistedQuery: { version: 1, sha256Hash: hash } }
}
