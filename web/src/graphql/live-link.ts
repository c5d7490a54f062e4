import { ApolloLink, Observable } from '@apollo/client'
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import { type GraphQLFormattedError, print } from 'graphql'
import type { Client } from 'graphql-ws'
import { endsSession } from './live-socket'
import { sessionRenewal } from './session-end'
import { persistedQuery, storedHashOf } from './stored-operation'

const AGAIN_AFTER_MS = 2_000
/** A moment for the browser to keep the cookie. */
const AFTER_RENEWAL_MS = 100

/** This reader was too slow for an event stream: the server wants it to attach again and read the present state. */
function isOverflow(errors: readonly GraphQLFormattedError[]): boolean {
  return errors.some((each) => each.extensions?.['code'] === 'STREAM_OVERFLOW')
}

export type LiveClient = Pick<Client, 'subscribe' | 'dispose'>

/**
 * Carries subscriptions over the tab's WebSocket. A stream the socket gave up on (a close code that graphql-ws holds for
 * final) is asked for again: a dashboard on a wall must not need a reload after a faulty deployment.
 */
export class LiveLink extends ApolloLink {
  readonly #client: LiveClient

  constructor(client: LiveClient) {
    super()
    this.#client = client
  }

  override request(operation: ApolloLink.Operation): Observable<ApolloLink.Result> {
    const hash = storedHashOf(operation.query)
    return new Observable((observer) => {
      let stop: () => void = () => {}
      let timer: ReturnType<typeof setTimeout> | undefined
      let over = false
      const begin = () => {
        stop = this.#client.subscribe<Record<string, unknown>>(
          {
            // The protocol wants a text; an empty one and a hash mean what is stored.
            ...(hash === null ? { query: print(operation.query) } : { query: '', extensions: persistedQuery(hash) }),
            operationName: operation.operationName ?? null,
            variables: operation.variables,
          },
          {
            next: (result) => observer.next(result as ApolloLink.Result),
            error: (error) => {
              if (over) return
              if (endsSession(error)) {
                // Over for good, unless it goes on under another token.
                void sessionRenewal()?.then(() => {
                  if (!over) timer = setTimeout(begin, AFTER_RENEWAL_MS)
                })
                return
              }
              // An array is what the server said about this operation; asking again would be answered the same.
              if (Array.isArray(error) && !isOverflow(error)) observer.error(new CombinedGraphQLErrors({ errors: error }))
              else timer = setTimeout(begin, AGAIN_AFTER_MS)
            },
            complete: () => {
              if (!over) observer.complete()
            },
          },
        )
      }
      begin()
      return () => {
        over = true
        clearTimeout(timer)
        stop()
      }
    })
  }
}
