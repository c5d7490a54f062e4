import { graphql } from '../../graphql/generated'
import type { JobLine_JobFragment, JobState } from '../../graphql/generated/graphql'

/** A job as lists and trays show it. */
export type JobLine = Omit<JobLine_JobFragment, ' $fragmentName'>

graphql(`
  fragment JobLine_job on Job {
    id
    kind
    state
    waitingFor
    subject
    actorId
    actorName
    scheduleName
    parentId
    attempts
    maxAttempts
    runAfter
    cancelRequestedAt
    cancellable
    createdAt
    startedAt
    endedAt
    error {
      code
      message
    }
    progress {
      done
      total
      unit
      percent
      unitsPerSecond
      etaSeconds
      item
    }
  }
`)

export const openStates: readonly JobState[] = ['QUEUED', 'RUNNING', 'WAITING']

export function isOpen({ state }: Pick<JobLine, 'state'>): boolean {
  return openStates.includes(state)
}

/** Seconds that it took, or takes so far; null before it was begun. */
export function secondsOf({ startedAt, endedAt }: Pick<JobLine, 'startedAt' | 'endedAt'>, now: number): number | null {
  if (!startedAt) return null
  return Math.max(0, (endedAt ? Date.parse(endedAt) : now) - Date.parse(startedAt)) / 1_000
}

export function jobHref(id: string): string {
  return `/jobs/job?id=${encodeURIComponent(id)}`
}
