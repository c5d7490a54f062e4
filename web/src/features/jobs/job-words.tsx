'use client'

import type { ReactNode } from 'react'
import { jobs } from '../../messages/en/jobs'
import { WithPageWords } from '../../messages/page-words'

const loadGerman = async () => (await import('../../messages/de/jobs')).jobs

/** The words about jobs, around whatever shows some: its pages, the tray, the tile of the overview. */
export function JobWords({ waiting = null, children }: { waiting?: ReactNode; children: ReactNode }) {
  return (
    <WithPageWords name="jobs" english={jobs} loadGerman={loadGerman} waiting={waiting}>
      {children}
    </WithPageWords>
  )
}
