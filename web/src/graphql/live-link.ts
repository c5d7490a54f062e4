import { ApolloLink, Observable } from '@apollo/client'
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import { type GraphQLFormattedError, print } from 'graphql'
import type { Client } from 'graphql-ws'
import { endsSession } from './live-socket'

const AGAIN_AFTER_MS = 2_000

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
    return new Observable((observer) => {
      let stop: () => void = () => {}
      let timer: ReturnType<typeof setTimeout> | undefined
      let over = false
      const begin = () => {
        stop = this.#client.subscribe<Record<string, unknown>>(
          {
            query: print(operation.query),
            operationName: operation.operationName ?? null,
            variables: operation.variables,
          },
          {
            next: (result) => observer.next(result as ApolloLink.Result),
            error: (error) => {
              if (over || endsSession(error)) return
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
