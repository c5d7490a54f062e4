import { useApolloClient } from '@apollo/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { graphql } from '../../graphql/generated'
import type { DatabaseRowsQueryVariables } from '../../graphql/generated/graphql'
import type { RowValues } from './cell-text'

export const DatabaseRowsDocument = graphql(`
  query DatabaseRows($table: String!, $after: String, $filters: [DatabaseFilter!]!, $search: String, $orderBy: DatabaseOrder) {
    databaseTable(name: $table) {
      name
      rows(first: 100, after: $after, filters: $filters, search: $search, orderBy: $orderBy) {
        nodes {
          values
        }
        scannedAll
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  }
`)

export type RowsQuestion = Omit<DatabaseRowsQueryVariables, 'after'>

export interface TableRows {
  readonly rows: readonly RowValues[]
  /** Where the next page begins; null when all is here. */
  readonly next: string | null
  /** The last page ended before it was full, since enough rows had been looked at: going on is for the reader to ask. */
  readonly paused: boolean
  readonly ready: boolean
  readonly loading: boolean
  readonly error: unknown
  readonly loadMore: () => void
  /** From the beginning. */
  readonly readAgain: () => void
}

interface State {
  readonly rows: readonly RowValues[]
  readonly next: string | null
  readonly paused: boolean
  readonly ready: boolean
  readonly loading: boolean
  readonly error: unknown
}

const nothing: State = { rows: [], next: null, paused: false, ready: false, loading: true, error: null }

/** Rows of a table, page by page as they are asked for. `question` must be stable: a new one begins anew. */
export function useTableRows(question: RowsQuestion): TableRows {
  const client = useApolloClient()
  const [state, setState] = useState<State>(nothing)
  const asking = useRef<AbortController | null>(null)

  const ask = useCallback(
    async (after: string | null) => {
      asking.current?.abort()
      const own = new AbortController()
      asking.current = own
      setState((known) => (after === null ? nothing : { ...known, loading: true, error: null }))
      try {
        const { data } = await client.query({
          query: DatabaseRowsDocument,
          variables: { ...question, after },
          fetchPolicy: 'no-cache',
          context: { queryDeduplication: false, fetchOptions: { signal: own.signal } },
        })
        if (own.signal.aborted || !data) return
        const { nodes, pageInfo, scannedAll } = data.databaseTable.rows
        const added = nodes.map(({ values }) => values as RowValues)
        setState((known) => ({
          rows: after === null ? added : [...known.rows, ...added],
          next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null,
          paused: !scannedAll,
          ready: true,
          loading: false,
          error: null,
        }))
      } catch (error) {
        if (!own.signal.aborted) setState((known) => ({ ...known, loading: false, error }))
      }
    },
    [client, question],
  )

  useEffect(() => {
    void ask(null)
    return () => asking.current?.abort()
  }, [ask])

  const { loading, next } = state
  return {
    ...state,
    loadMore: useCallback(() => {
      if (!loading && next !== null) void ask(next)
    }, [ask, loading, next]),
    readAgain: useCallback(() => void ask(null), [ask]),
  }
}
