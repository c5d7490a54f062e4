import { useQuery, useSubscription } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { graphql } from '../../graphql/generated'
import type { Schedule } from './schedule'

export const ScheduleDocument = graphql(`
  query Schedule($name: String!) {
    schedule(name: $name) {
      ...Schedule_schedule @unmask
    }
  }
`)

export const ScheduleChangedDocument = graphql(`
  subscription ScheduleChanged($name: String!) {
    scheduleChanged(name: $name) {
      ...Schedule_schedule @unmask
    }
  }
`)

/** One schedule as it is at every moment. Null when there is none, undefined until it is known. `changes` grows with each news. */
export function useSchedule(name: string) {
  const [schedule, setSchedule] = useState<Schedule | null>()
  const [changes, setChanges] = useState(0)
  const { data, error, refetch } = useQuery(ScheduleDocument, { variables: { name }, fetchPolicy: 'no-cache' })
  const found = data?.schedule
  useEffect(() => {
    if (found !== undefined) setSchedule(found)
  }, [found])
  useSubscription(ScheduleChangedDocument, {
    variables: { name },
    skip: !found,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: frame }) => {
      if (!frame.data) return
      const { scheduleChanged } = frame.data
      setSchedule(scheduleChanged.deletedAt ? null : scheduleChanged)
      setChanges((each) => each + 1)
    },
  })
  return { schedule, error: schedule === undefined ? error : undefined, refetch, changes }
}
