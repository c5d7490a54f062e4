import { useApolloClient, useSubscription } from '@apollo/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { graphql } from '../../graphql/generated'
import type { TrashScope, TrashView_ItemFragment } from '../../graphql/generated/graphql'

graphql(`
  fragment TrashView_item on TrashItem {
    id
    name
    path
    isFolder
    size
    sizeIsExact
    mimeType
    deletedAt
    deletedByName
    expiresAt
    owner {
      id
      username
    }
  }
`)

export const TrashDocument = graphql(`
  query Trash($scope: TrashScope!, $first: Int!, $after: String) {
    trash(scope: $scope, first: $first, after: $after) {
      totals {
        count
        size
      }
      nodes {
        ...TrashView_item @unmask
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

export const TrashChangedDocument = graphql(`
  subscription TrashChanged($scope: TrashScope!) {
    trashChanged(scope: $scope) {
      at
    }
  }
`)

export type Item = TrashView_ItemFragment

export interface TrashView {
  readonly scope: TrashScope
  readonly items: readonly Item[]
  readonly totals: { readonly count: number; readonly size: number }
  /** Where the next page begins; null at the end. */
  readonly next: string | null
}

const pageSize = 50
/** The server gives no more at once. */
const mostAtOnce = 500

/** A trash as it is at every moment: what is shown is read anew whenever something comes, leaves or is counted. */
export function useTrash(scope: TrashScope) {
  const client = useApolloClient()
  const [view, setView] = useState<TrashView | null>(null)
  const [error, setError] = useState<unknown>(null)
  const shown = useRef(pageSize)
  const newest = useRef(0)

  const read = useCallback(
    async (after: string | null) => {
      const turn = ++newest.current
      try {
        const { data } = await client.query({
          query: TrashDocument,
          variables: { scope, first: after === null ? Math.min(mostAtOnce, shown.current) : pageSize, after },
          fetchPolicy: 'no-cache',
          // Asked again because it has changed: not the answer of a moment ago.
          context: { queryDeduplication: false },
        })
        if (!data || turn !== newest.current) return
        const { nodes, pageInfo, totals } = data.trash
        const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null
        setError(null)
        setView((known) => {
          const before = after !== null && known?.scope === scope ? known.items : []
          const items = [...before, ...nodes]
          shown.current = Math.max(pageSize, items.length)
          return { scope, items, totals, next }
        })
      } catch (caught) {
        if (turn === newest.current) setError(caught)
      }
    },
    [client, scope],
  )
  useEffect(() => {
    shown.current = pageSize
    void read(null)
  }, [read])
  useSubscription(TrashChangedDocument, {
    variables: { scope },
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: () => void read(null),
  })
  const current = view?.scope === scope ? view : null
  return { view: current, error, reread: () => void read(null), loadMore: () => void read(current?.next ?? null) }
}
