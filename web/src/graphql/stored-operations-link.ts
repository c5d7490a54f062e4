import { ApolloLink, Observable } from '@apollo/client'
import { CombinedGraphQLErrors } from '@apollo/client/errors'
import type { GraphQLFormattedError } from 'graphql'
import { persistedQuery, storedHashOf } from './stored-operation'

/** Over HTTP: the document's hash in place of its text. */
export const sendHashOnly = new ApolloLink((operation, forward) => {
  const hash = storedHashOf(operation.query)
  if (hash !== null) {
    operation.extensions = { ...operation.extensions, ...persistedQuery(hash) }
    operation.setContext(({ http }: { http?: object }) => ({ http: { ...http, includeQuery: false, includeExtensions: true } }))
  }
  return forward(operation)
})

/** The server was updated while this page was open: it stores other documents now. */
function isUnknown(errors: readonly GraphQLFormattedError[] | undefined): boolean {
  return errors?.some((each) => each.extensions?.['code'] === 'UNKNOWN_OPERATION') ?? false
}

/** Loads the page again when the server does not know its documents any more. Meanwhile nothing fails: the view waits. */
export function createFreshPageLink(reload: () => boolean): ApolloLink {
  return new ApolloLink(
    (operation, forward) =>
      new Observable((observer) => {
        let waits = false
        return forward(operation).subscribe({
          next: (result) => {
            waits = isUnknown(result.errors) && reload()
            if (!waits) observer.next(result)
          },
          error: (error) => {
            waits = CombinedGraphQLErrors.is(error) && isUnknown(error.errors) && reload()
            if (!waits) observer.error(error)
          },
          complete: () => {
            if (!waits) observer.complete()
          },
        })
      }),
  )
}
