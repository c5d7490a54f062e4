import { useApolloClient, useSubscription } from '@apollo/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useConnection } from '../../graphql/connection'
import { graphql } from '../../graphql/generated'
import { JobsChangedDocument } from '../jobs/job-feed'
import type { Schedule } from './schedule'

export const SchedulesDocument = graphql(`
  query Schedules {
    schedules {
      ...Schedule_schedule @unmask
    }
  }
`)

export const SchedulesChangedDocument = graphql(`
  subscription SchedulesChanged {
    scheduleChanged {
      ...Schedule_schedule @unmask
    }
  }
`)

const byName = (a: Schedule, b: Schedule) => (a.name < b.name ? -1 : 1)

/**
 * All schedules as they are at every moment, with what becomes of their last runs. `changes` grows with each news, but not while a job only
 * says how far it is: what must be read anew depends on it.
 */
export function useSchedules() {
  const client = useApolloClient()
  const [schedules, setSchedules] = useState<readonly Schedule[] | null>(null)
  const [error, setError] = useState<unknown>(null)
  const [changes, setChanges] = useState(0)
  /** In which state each job of a schedule was when it was last heard of. */
  const heard = useRef(new Map<string, string>())
  const { status } = useConnection()

  const read = useCallback(async () => {
    setError(null)
    try {
      const { data } = await client.query({ query: SchedulesDocument, fetchPolicy: 'no-cache' })
      if (data) setSchedules([...data.schedules].sort(byName))
    } catch (caught) {
      setError(caught)
    }
  }, [client])
  useEffect(() => {
    // Also after a loss: what was deleted meanwhile nobody tells.
    if (status !== 'lost') void read()
  }, [read, status])

  useSubscription(SchedulesChangedDocument, {
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data }) => {
      const frame = data.data?.scheduleChanged
      if (!frame) return
      setSchedules((known) => {
        if (!known) return known
        const others = known.filter(({ name }) => name !== frame.name)
        return frame.deletedAt ? others : [...others, frame].sort(byName)
      })
      setChanges((each) => each + 1)
    },
  })
  // When a run ends its job says.
  useSubscription(JobsChangedDocument, {
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data }) => {
      const job = data.data?.jobChanged
      if (!job?.scheduleName) return
      setSchedules(
        (known) =>
          known?.map((each) => (each.lastRun?.job?.id === job.id ? { ...each, lastRun: { ...each.lastRun, job } } : each)) ?? known,
      )
      if (heard.current.get(job.id) === job.state) return
      heard.current.set(job.id, job.state)
      setChanges((each) => each + 1)
    },
  })
  return { schedules, error, retry: () => void read(), changes }
}
