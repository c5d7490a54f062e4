import { CombinedGraphQLErrors, ServerError, ServerParseError } from '@apollo/client/errors'

/** The request began while the connection was known to be gone, and no answer came. */
export class NotSent extends Error {
  override name = 'NotSent'
}

export interface Failure {
  /** The server's stable code, or NOT_SENT, NO_ANSWER and HTTP_<status> for what happened on the way. */
  code: string
  /** The server's own words; translated words are looked up by code first. */
  message: string
  requestId: string | null
  /** How long to wait, when there was too much of something. */
  retryAfterSeconds?: number
}

/** Turns whatever a query or mutation threw into what a person can be told. */
export function readFailure(error: unknown): Failure {
  if (CombinedGraphQLErrors.is(error)) {
    const first = error.errors[0]
    const code = first?.extensions?.['code']
    const requestId = first?.extensions?.['requestId']
    const seconds = first?.extensions?.['retryAfterSeconds']
    return {
      code: typeof code === 'string' ? code : 'INTERNAL',
      message: first?.message ?? error.message,
      requestId: typeof requestId === 'string' ? requestId : null,
      ...(typeof seconds === 'number' ? { retryAfterSeconds: seconds } : {}),
    }
  }
  if (ServerError.is(error) || ServerParseError.is(error)) {
    return { code: `HTTP_${error.statusCode}`, message: error.message, requestId: error.response.headers.get('x-request-id') }
  }
  const message = error instanceof Error ? error.message : String(error)
  return { code: error instanceof NotSent ? 'NOT_SENT' : 'NO_ANSWER', message, requestId: null }
}
