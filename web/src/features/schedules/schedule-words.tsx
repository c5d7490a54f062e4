'use client'

import type { ReactNode } from 'react'
import { schedules } from '../../messages/en/schedules'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'
import { JobWords } from '../jobs/job-words'

const loadGerman = async () => (await import('../../messages/de/schedules')).schedules

/** The words about schedules and about the jobs that they start. */
export function ScheduleWords({ children }: { children: ReactNode }) {
  const waiting = <Skeleton className="h-64 rounded-card!" />
  return (
    <JobWords waiting={waiting}>
      <WithPageWords name="schedules" english={schedules} loadGerman={loadGerman} waiting={waiting}>
        {children}
      </WithPageWords>
    </JobWords>
  )
}
