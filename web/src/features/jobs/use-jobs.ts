import type { ApolloClient } from '@apollo/client'
import { useApolloClient } from '@apollo/client/react'
import { useEffect, useMemo, useSyncExternalStore } from 'react'
import type { JobFilter } from '../../graphql/generated/graphql'
import { JobFeed, type JobFeedState } from './job-feed'
import { openStates } from './job-line'

/** Jobs of this filter, live. The filter must be stable. */
export function useJobs(filter: JobFilter, first?: number): { feed: JobFeed; state: JobFeedState } {
  const client = useApolloClient()
  const feed = useMemo(() => new JobFeed(client, filter, first), [client, filter, first])
  useEffect(() => {
    feed.start()
    return () => feed.stop()
  }, [feed])
  return { feed, state: useSyncExternalStore(feed.subscribe, feed.snapshot, feed.snapshot) }
}

const shared = new WeakMap<ApolloClient, { feed: JobFeed; users: number }>()

/** Jobs that are not over: one stream for all who look, the pill of the top bar and the tile of the overview. */
export function useOpenJobs(): JobFeedState {
  const client = useApolloClient()
  const entry = useMemo(() => {
    const known = shared.get(client) ?? { feed: new JobFeed(client, { states: [...openStates] }), users: 0 }
    shared.set(client, known)
    return known
  }, [client])
  useEffect(() => {
    entry.users += 1
    if (entry.users === 1) entry.feed.start()
    return () => {
      entry.users -= 1
      if (entry.users === 0) entry.feed.stop()
    }
  }, [entry])
  return useSyncExternalStore(entry.feed.subscribe, entry.feed.snapshot, entry.feed.snapshot)
}
