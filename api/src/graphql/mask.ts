import { GraphQLError } from 'graphql'
import { Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'

/**
 * What leaves the process when a field fails: a Problem keeps its code and message, a fault of the document keeps what
 * the parser said, everything else is logged and becomes INTERNAL with nothing but the request id.
 */
export function maskError(error: unknown, requestId: string, log: Log): GraphQLError {
  const original = error instanceof GraphQLError ? (error.originalError ?? error) : error
  const place = error instanceof GraphQLError ? { nodes: error.nodes, path: error.path } : {}
  if (original instanceof Problem) {
    return new GraphQLError(original.message, {
      ...place,
      extensions: { code: original.code, requestId, ...(original.field ? { field: original.field } : {}) },
    })
  }
  if (original instanceof GraphQLError) {
    const code = original.extensions['code'] ?? (original.path ? 'BAD_INPUT' : 'BAD_DOCUMENT')
    return new GraphQLError(original.message, {
      nodes: original.nodes,
      source: original.source,
      positions: original.positions,
      path: original.path,
      extensions: { ...original.extensions, code, requestId },
    })
  }
  log.error({ err: original, requestId }, 'a field failed unexpectedly')
  return new GraphQLError('Something went wrong inside the server. Its log has the details under this request id.', {
    ...place,
    extensions: { code: 'INTERNAL', requestId },
  })
}
