import { useQuery, useSubscription } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { useConnection } from '../../graphql/connection'
import { graphql } from '../../graphql/generated'
import type { JobWhole_JobFragment } from '../../graphql/generated/graphql'

/** All that is known about a job. */
export type JobWhole = Omit<JobWhole_JobFragment, ' $fragmentName'>

graphql(`
  fragment JobWhole_job on Job {
    ...JobLine_job @unmask
    kindKnown
    input
    result
    dueAt
    cancelledByName
    notCancellableReason
    locks {
      name
      exclusive
    }
  }
`)

export const JobDocument = graphql(`
  query Job($id: ID!) {
    job(id: $id) {
      ...JobWhole_job @unmask
    }
  }
`)

export const JobChangedDocument = graphql(`
  subscription JobChanged($id: ID!) {
    jobChanged(id: $id) {
      ...JobWhole_job @unmask
    }
  }
`)

/** One job as it is at every moment. `job` is null when there is none that one may see, undefined until it is known. */
export function useJob(id: string) {
  const [job, setJob] = useState<JobWhole | null>()
  const { data, error, refetch } = useQuery(JobDocument, { variables: { id }, fetchPolicy: 'no-cache' })
  const found = data?.job
  useEffect(() => {
    if (found !== undefined) setJob(found)
  }, [found])
  useSubscription(JobChangedDocument, {
    variables: { id },
    skip: !found,
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data: frame }) => {
      if (frame.data) setJob(frame.data.jobChanged)
    },
  })
  // The page is kept when another job is opened from it.
  const shown = job?.id === id || job === null ? job : undefined
  return { job: shown, error: shown === undefined ? error : undefined, refetch, put: setJob, live: useConnection().status === 'live' }
}
