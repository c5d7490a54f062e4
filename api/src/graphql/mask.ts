import { GraphQLError } from 'graphql'
import { Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'

/** Codes that libraries give to what a client sent, in the words of this server. */
const words: Record<string, string> = {
  GRAPHQL_PARSE_FAILED: 'BAD_DOCUMENT',
  GRAPHQL_VALIDATION_FAILED: 'BAD_DOCUMENT',
  OPERATION_RESOLUTION_FAILURE: 'BAD_DOCUMENT',
  BAD_USER_INPUT: 'BAD_INPUT',
}

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
      extensions: { code: original.code, requestId, ...(original.field ? { field: original.field } : {}), ...original.details },
    })
  }
  if (original instanceof GraphQLError && isForClient(original, outer)) {
    const given = String(original.extensions['code'] ?? (outer?.path ? 'BAD_INPUT' : 'BAD_DOCUMENT'))
    const code = words[given] ?? given
    return new GraphQLError(original.message, {
      nodes: original.nodes,
      source: original.source,
      positions: original.positions,
      path: outer?.path,
      // `http` is how the library chooses the status, and it takes it out again. Nothing else it adds is for clients.
      extensions: {
        code,
        requestId: original.extensions['requestId'] ?? requestId,
        ...pick(original.extensions, ['http', 'field', 'retryAfterSeconds', 'part']),
      },
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

function pick(extensions: Readonly<Record<string, unknown>>, names: string[]): Record<string, unknown> {
  return Object.fromEntries(names.filter((name) => name in extensions).map((name) => [name, extensions[name]]))
}
