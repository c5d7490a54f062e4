import { GraphQLError } from 'graphql'
import { Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'

/**
 * What leaves the process when a field fails: a Problem keeps its code and message, a fault of the document keeps what
 * the parser said, everything else is logged and becomes INTERNAL with nothing but the request id.
 */
export function maskError(error: unknown, requestId: string, log: Log): GraphQLError {
  const outer = error instanceof GraphQLError ? error : null
  const original = outer ? (outer.originalError ?? outer) : error
  const place = outer ? { nodes: outer.nodes, path: outer.path } : {}
  if (original instanceof Problem) {
    return new GraphQLError(original.message, {
      ...place,
      extensions: { code: original.code, requestId, ...(original.field ? { field: original.field } : {}) },
    })
  }
  if (original instanceof GraphQLError && isForClient(original, outer)) {
    const code = original.extensions['code'] ?? (outer?.path ? 'BAD_INPUT' : 'BAD_DOCUMENT')
    return new GraphQLError(original.message, {
      nodes: original.nodes,
      source: original.source,
      positions: original.positions,
      path: outer?.path,
      extensions: { requestId, ...original.extensions, code },
    })
  }
  log.error({ err: original, requestId }, 'a field failed unexpectedly')
  return new GraphQLError('Something went wrong inside the server. Its log has the details under this request id.', {
    ...place,
    extensions: { code: 'INTERNAL', requestId },
  })
}

/**
 * GraphQL's own errors about a document or its inputs point into the document, or carry a code of ours. One that a field
 * ended in and that does neither is about a value of ours that does not fit its type, and would tell that value.
 */
function isForClient(original: GraphQLError, outer: GraphQLError | null): boolean {
  return !outer?.path || original.extensions['code'] !== undefined || (original.nodes?.length ?? 0) > 0
}
