import { useApolloClient } from '@apollo/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useConnection } from '../../graphql/connection'
import { graphql } from '../../graphql/generated'
import type { AuditFilter, AuditRow_EntryFragment } from '../../graphql/generated/graphql'
import { caughtUp, emptyWindow, type LogWindow, mostWaiting, withAdded, withFirstPage, withPage, withWaiting } from './log-window'

export type Entry = AuditRow_EntryFragment

graphql(`
  fragment AuditRow_entry on AuditEntry {
    id
    sequence
    at
    actorId
    actorName
    address
    action
    target
    result
  }
`)

export const AuditLogDocument = graphql(`
  query AuditLog($first: Int!, $after: String, $filter: AuditFilter) {
    auditLog(first: $first, after: $after, filter: $filter) {
      nodes {
        ...AuditRow_entry @unmask
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

export const AuditEntryAddedDocument = graphql(`
  subscription AuditEntryAdded($filter: AuditFilter) {
    auditEntryAdded(filter: $filter) {
      ...AuditRow_entry @unmask
    }
  }
`)

const pageSize = 200

export interface AuditLog {
  readonly window: LogWindow<Entry>
  /** Sequences above this one came while one looked. */
  readonly seenFrom: number
  /** Null until the first answer. */
  readonly ready: boolean
  readonly loading: boolean
  readonly error: unknown
  readonly loadMore: () => void
  readonly showWaiting: () => void
  readonly retry: () => void
  /** While true what comes in waits. */
  readonly hold: (held: boolean) => void
}

/** The log as it is at every moment: its newest page and what is added, older pages when they are asked for. */
export function useAuditLog(filter: AuditFilter): AuditLog {
  const client = useApolloClient()
  const [window, setWindow] = useState<LogWindow<Entry>>(emptyWindow)
  const [state, setState] = useState<{ ready: boolean; loading: boolean; error: unknown; seenFrom: number }>({
    ready: false,
    loading: true,
    error: null,
    seenFrom: 0,
  })
  const [round, setRound] = useState(0)
  const held = useRef(false)
  const newest = useRef(0)
  const isAll = Object.keys(filter).length === 0
  const asking = useRef<AbortController | null>(null)

  const ask = useCallback(
    async (after: string | null) => {
      asking.current?.abort()
      const own = new AbortController()
      asking.current = own
      setState((known) => ({ ...known, loading: true, error: null }))
      try {
        const { data } = await client.query({
          query: AuditLogDocument,
          variables: { first: pageSize, after, filter },
          fetchPolicy: 'no-cache',
          context: { queryDeduplication: false, fetchOptions: { signal: own.signal } },
        })
        if (own.signal.aborted || !data) return
        const { nodes, pageInfo } = data.auditLog
        if (after === null) newest.current = Math.max(newest.current, nodes[0]?.sequence ?? 0)
        const next = pageInfo.hasNextPage ? pageInfo.endCursor : null
        setWindow((known) => (after === null ? withFirstPage(known, nodes, next) : withPage(known, nodes, next)))
        setState((known) => ({
          ready: true,
          loading: false,
          error: null,
          seenFrom: after === null ? (nodes[0]?.sequence ?? 0) : known.seenFrom,
        }))
      } catch (error) {
        if (!own.signal.aborted) setState((known) => ({ ...known, loading: false, error }))
      }
    },
    [client, filter],
  )

  const catchUp = useCallback(async () => {
    const { data } = await client
      .query({ query: AuditLogDocument, variables: { first: pageSize, after: null, filter }, fetchPolicy: 'no-cache' })
      .catch(() => ({ data: undefined }))
    if (!data) return
    const { nodes } = data.auditLog
    newest.current = Math.max(newest.current, nodes[0]?.sequence ?? 0)
    setWindow((known) => {
      const next = caughtUp(known, nodes, held.current)
      if (!next) queueMicrotask(() => setRound((each) => each + 1))
      return next ?? known
    })
  }, [client, filter])

  // What came while the connection was gone was not told.
  const { status } = useConnection()
  const wasLost = useRef(false)
  useEffect(() => {
    if (status === 'live' && wasLost.current) void catchUp()
    wasLost.current = status === 'lost'
  }, [status, catchUp])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round reads everything again
  useEffect(() => {
    setWindow(emptyWindow())
    setState({ ready: false, loading: true, error: null, seenFrom: 0 })
    newest.current = 0
    let begun = false
    const added = client.subscribe({ query: AuditEntryAddedDocument, variables: { filter }, fetchPolicy: 'no-cache' }).subscribe({
      next: ({ data }) => {
        // The first frame, also after a loss: whatever came before it is read.
        if (!begun) {
          begun = true
          void ask(null)
          return
        }
        const entry = data?.auditEntryAdded
        if (!entry) return
        // Numbers have no gaps: without a filter one that is left out was missed.
        if (isAll && newest.current > 0 && entry.sequence > newest.current + 1) return void catchUp()
        newest.current = Math.max(newest.current, entry.sequence)
        setWindow((known) => {
          const next = withAdded(known, entry, held.current)
          if (next.waiting.length >= mostWaiting) queueMicrotask(() => setRound((each) => each + 1))
          return next
        })
      },
      error: (error: unknown) => setState((known) => ({ ...known, ready: true, loading: false, error })),
    })
    return () => {
      added.unsubscribe()
      asking.current?.abort()
    }
  }, [client, filter, ask, catchUp, isAll, round])

  return {
    window,
    ...state,
    loadMore: () => {
      if (!state.loading && !state.error && window.next !== null) void ask(window.next)
    },
    showWaiting: () => setWindow(withWaiting),
    retry: () => (window.next !== null && window.rows.length > 0 ? void ask(window.next) : setRound((each) => each + 1)),
    hold: (wanted) => {
      held.current = wanted
    },
  }
}
