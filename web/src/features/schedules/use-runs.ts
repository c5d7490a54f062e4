import { useApolloClient, useSubscription } from '@apollo/client/react'
import { useCallback, useEffect, useState } from 'react'
import { graphql } from '../../graphql/generated'
import { JobsChangedDocument } from '../jobs/job-feed'
import type { ScheduleRun } from './schedule'

export const ScheduleRunsDocument = graphql(`
  query ScheduleRuns($name: String!, $first: Int!, $after: String) {
    schedule(name: $name) {
      name
      nextRuns(count: 5) {
        dueAt
        startsAt
      }
      runs(first: $first, after: $after) {
        nodes {
          ...ScheduleRun_run @unmask
        }
        pageInfo {
          endCursor
          hasNextPage
        }
      }
    }
  }
`)

const pageSize = 20

interface Runs {
  readonly rows: readonly ScheduleRun[]
  readonly next: string | null
  /** When it runs next. */
  readonly coming: readonly string[]
}

/** What became of a schedule's due times, newest first, their jobs live; the newest are read anew with each news (`changes`). */
export function useRuns(name: string, changes: number) {
  const client = useApolloClient()
  const [runs, setRuns] = useState<Runs | null>(null)
  const [error, setError] = useState<unknown>(null)
  const read = useCallback(
    async (after: string | null) => {
      try {
        const { data } = await client.query({
          query: ScheduleRunsDocument,
          variables: { name, first: pageSize, after },
          fetchPolicy: 'no-cache',
        })
        const found = data?.schedule
        if (!found) return
        const { nodes, pageInfo } = found.runs
        const next = pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null
        const coming = found.nextRuns.map(({ startsAt }) => startsAt)
        setError(null)
        setRuns((known) => {
          if (after !== null && known) return { ...known, rows: [...known.rows, ...nodes.filter(({ id }) => id < after)], next }
          const oldest = nodes.at(-1)?.id ?? ''
          const below = known && next !== null ? known.rows.filter(({ id }) => id < oldest) : []
          return { rows: [...nodes, ...below], next: below.length > 0 && known ? known.next : next, coming }
        })
      } catch (caught) {
        setError(caught)
      }
    },
    [client, name],
  )
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each news it is read anew
  useEffect(() => void read(null), [read, changes])
  useSubscription(JobsChangedDocument, {
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data }) => {
      const job = data.data?.jobChanged
      if (job?.scheduleName !== name) return
      setRuns((known) => known && { ...known, rows: known.rows.map((run) => (run.job?.id === job.id ? { ...run, job } : run)) })
    },
  })
  return { runs, error, retry: () => void read(null), loadMore: () => void read(runs?.next ?? null) }
}
