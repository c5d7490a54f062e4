'use client'

import { ApolloProvider } from '@apollo/client/react'
import { createContext, type ReactNode, use, useState } from 'react'
import { createGraph, type Graph } from './client'

const GraphContext = createContext<Graph | null>(null)

export function GraphProvider({ graph, children }: { graph?: Graph; children: ReactNode }) {
  const [own] = useState(() => graph ?? createGraph())
  return (
    <GraphContext value={own}>
      <ApolloProvider client={own.client}>{children}</ApolloProvider>
    </GraphContext>
  )
}

/** The client and the live socket together: only signing out needs both. */
export function useGraph(): Graph {
  const graph = use(GraphContext)
  if (!graph) throw new Error('useGraph outside GraphProvider')
  return graph
}
