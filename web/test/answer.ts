import type { TypedDocumentNode } from '@apollo/client'
import type { Unmasked } from '@apollo/client/masking'
import { HttpResponse } from 'msw'
import { graph } from './server'

/**
 * What the server answers to a generated document, typed by it: a fixture that no longer covers its query does not compile. An array
 * is answered one after the other, the last for ever.
 */
export function answers<TData, TVariables>(document: TypedDocumentNode<TData, TVariables>, ...data: Unmasked<TData>[]) {
  let calls = 0
  const isMutation = document.definitions.some((each) => each.kind === 'OperationDefinition' && each.operation === 'mutation')
  const handler = isMutation ? graph.mutation : graph.query
  return handler(nameOf(document), () => {
    const answer = data[Math.min(calls, data.length - 1)]
    calls += 1
    return HttpResponse.json({ data: answer as Record<string, unknown> })
  })
}

/** The server refuses or fails, with its code and the id of the request. */
export function failsWith(document: TypedDocumentNode<unknown, never>, code: string, requestId = 'req-1') {
  return graph.query(nameOf(document), () =>
    HttpResponse.json({ errors: [{ message: `${code} happened`, extensions: { code, requestId } }] }),
  )
}

function nameOf(document: TypedDocumentNode<unknown, never>): string {
  for (const each of document.definitions) {
    if (each.kind === 'OperationDefinition' && each.name) return each.name.value
  }
  throw new Error('A document without a name')
}
