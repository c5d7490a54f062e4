import { graphql } from 'msw/graphql'
import { setupServer } from 'msw/node'

/** The graph as the page reaches it; `answer.ts` types what it says by the generated documents. */
export const graph = graphql.link('http://nas.test/graphql')

export const server = setupServer()
