import { ApolloClient, ApolloLink, HttpLink, Observable } from '@apollo/client'
import { CombinedGraphQLErrors, ServerError } from '@apollo/client/errors'
import { ErrorLink } from '@apollo/client/link/error'
import { OperationTypeNode } from 'graphql'
import { createCache } from './cache'
import { readConnection } from './connection'
import { NotSent } from './failure'
import { type LiveClient, LiveLink } from './live-link'
import { createLiveSocket } from './live-socket'
import { reloadOnce } from './reload-once'
import { onSessionEnded } from './session-end'
import { createFreshPageLink, sendHashOnly } from './stored-operations-link'

export interface Graph {
  client: ApolloClient
  live: LiveClient
}

/** What the browser uses; a test hands in a live client of its own. */
export function createGraph(live: LiveClient = openLiveSocket()): Graph {
  const http = new HttpLink({
    uri: () => new URL('/graphql', window.location.origin).href,
    credentials: 'same-origin',
    headers: { 'x-baluhost-csrf': '1' },
  })
  const signedOut = new ErrorLink(({ error }) => {
    const ended = CombinedGraphQLErrors.is(error) && error.errors.some((each) => each.extensions?.['code'] === 'UNAUTHENTICATED')
    if (ended) onSessionEnded()
  })
  // Only a request that began while the connection was known to be gone may be called "not done" for certain.
  const notSent = new ApolloLink((operation, forward) => {
    const lost = readConnection().status === 'lost'
    return new Observable((observer) =>
      forward(operation).subscribe({
        next: (result) => observer.next(result),
        error: (error) => observer.error(lost && !ServerError.is(error) ? new NotSent() : error),
        complete: () => observer.complete(),
      }),
    )
  })
  const client = new ApolloClient({
    cache: createCache(),
    dataMasking: true,
    link: ApolloLink.from([
      createFreshPageLink(reloadOnce),
      signedOut,
      ApolloLink.split(
        (operation) => operation.operationType === OperationTypeNode.SUBSCRIPTION,
        new LiveLink(live),
        ApolloLink.from([notSent, sendHashOnly, http]),
      ),
    ]),
    defaultOptions: { watchQuery: { fetchPolicy: 'cache-and-network', nextFetchPolicy: 'cache-first' } },
  })
  return { client, live }
}

function openLiveSocket(): LiveClient {
  const url = new URL('/graphql', window.location.origin)
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'
  return createLiveSocket(url.href, onSessionEnded)
}
