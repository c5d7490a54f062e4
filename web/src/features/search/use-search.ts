import { useApolloClient } from '@apollo/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { type Failure, readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { SearchFilter } from '../../graphql/generated/graphql'
import type { Entry } from '../files/listing/entry'

export const SearchDocument = graphql(`
  query Search($query: String!, $filter: SearchFilter, $after: String) {
    search(query: $query, filter: $filter, first: 50, after: $after) {
      nodes {
        ...Entry_file @unmask
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

interface Found {
  readonly entries: readonly Entry[]
  readonly endCursor: string | null
  readonly hasMore: boolean
  readonly failure: Failure | null
  readonly reading: boolean
}

const nothing: Found = { entries: [], endCursor: null, hasMore: false, failure: null, reading: false }
/** Pages that may be empty, for what the viewer does not see: so many are read in a row before somebody has to ask for more. */
const mostEmpty = 10

/** What a query finds, page by page. `query` empty finds nothing. A newer question makes the answers of older ones void. */
export function useSearch(query: string, filter: SearchFilter) {
  const client = useApolloClient()
  const [found, setFound] = useState<Found>(nothing)
  const asked = useRef(0)

  const read = useCallback(
    async (from: Found) => {
      asked.current += 1
      const mine = asked.current
      let now: Found = { ...from, failure: null, reading: true }
      setFound(now)
      for (let tries = 0; tries < mostEmpty; tries++) {
        try {
          const { data } = await client.query({
            query: SearchDocument,
            variables: { query, filter, after: now.endCursor },
            fetchPolicy: 'no-cache',
          })
          if (mine !== asked.current || !data) return
          const { nodes, pageInfo } = data.search
          const known = new Set(now.entries.map(({ id }) => id))
          const fresh = nodes.filter(({ id }) => !known.has(id))
          now = { ...now, entries: [...now.entries, ...fresh], endCursor: pageInfo.endCursor, hasMore: pageInfo.hasNextPage }
          if (fresh.length > 0 || !now.hasMore) break
        } catch (error) {
          if (mine !== asked.current) return
          setFound({ ...now, failure: readFailure(error), reading: false })
          return
        }
      }
      setFound({ ...now, reading: false })
    },
    [client, query, filter],
  )

  useEffect(() => {
    if (query.trim()) void read(nothing)
    else {
      asked.current += 1
      setFound(nothing)
    }
  }, [query, read])

  return { ...found, more: useCallback(() => void read(found), [read, found]) }
}
