import { existsSync, readFileSync } from 'node:fs'
import { usePersistedOperations } from '@graphql-yoga/plugin-persisted-operations'
import { refusal } from './document-limits.ts'

/** The dashboard's documents by the SHA-256 of their texts, as its build has stored them. */
export type StoredOperations = ReadonlyMap<string, string>

/** Written by web/scripts/finish-export.mjs; there is none while the dashboard is not built. */
export function readStoredOperations(dashboardDir: string): StoredOperations {
  const file = `${dashboardDir}/operations.json`
  if (!existsSync(file)) return new Map()
  return new Map(Object.entries(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>))
}

/** The hash of a stored operation in place of its text, as Apollo's clients send it; null without one. */
export function hashIn(params: unknown): string | null {
  const extensions = member(params, 'extensions')
  const hash = member(member(extensions, 'persistedQuery'), 'sha256Hash')
  return typeof hash === 'string' ? hash : null
}

function member(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key) ? value[key as keyof typeof value] : undefined
}

/** An operation of another build of the dashboard: a page from before an update, which should be loaded again. */
const unknownOperation = () =>
  refusal('UNKNOWN_OPERATION', 'The server has no operation of this hash. A page older than the server must be loaded again.')

/** The text of an operation that came over a WebSocket. Throws UNKNOWN_OPERATION. */
export function textOf(payload: { readonly query: string }, operations: StoredOperations): string {
  const hash = hashIn(payload)
  if (payload.query !== '' || hash === null) return payload.query
  const text = operations.get(hash)
  if (text === undefined) throw unknownOperation()
  return text
}

/** Over HTTP. Programs may POST any text; in an address only what is stored may be asked. */
export function storedOperations(operations: StoredOperations) {
  return usePersistedOperations({
    allowArbitraryOperations: ({ method }) => method === 'POST',
    extractPersistedOperationId: hashIn,
    getPersistedOperation: (hash) => operations.get(hash) ?? null,
    customErrors: {
      notFound: unknownOperation,
      keyNotFound: () => refusal('BAD_REQUEST', 'Send the text of one operation, or the hash of one that is stored.'),
      persistedQueryOnly: () => refusal('METHOD_NOT_ALLOWED', 'POST operations here.'),
    },
  })
}
