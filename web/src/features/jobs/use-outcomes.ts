import { useSubscription } from '@apollo/client/react'
import { useCallback, useRef, useState } from 'react'
import { useMe } from '../auth/session'
import { JobsChangedDocument } from './job-feed'
import { isOpen } from './job-line'

/**
 * How many of one's own jobs ended while this page was open, until they were looked at. A schedule's and the server's are told elsewhere: they
 * end all day long.
 */
export function useOutcomes() {
  const me = useMe()
  const seen = useRef(new Set<string>())
  const [counts, setCounts] = useState({ done: 0, failed: 0 })
  useSubscription(JobsChangedDocument, {
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data }) => {
      const job = data.data?.jobChanged
      if (!job || job.actorId !== me.id || job.parentId !== null) return
      if (isOpen(job)) seen.current.add(job.id)
      else if (seen.current.delete(job.id) && job.state !== 'CANCELLED')
        setCounts(({ done, failed }) => (job.state === 'SUCCEEDED' ? { done: done + 1, failed } : { done, failed: failed + 1 }))
    },
  })
  return { ...counts, forget: useCallback(() => setCounts({ done: 0, failed: 0 }), []) }
}
