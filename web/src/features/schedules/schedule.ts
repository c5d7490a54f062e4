import { graphql } from '../../graphql/generated'
import type { Schedule_ScheduleFragment, ScheduleRun_RunFragment } from '../../graphql/generated/graphql'

type Plain<T> = Omit<T, ' $fragmentName'>
export type Schedule = Plain<Schedule_ScheduleFragment>
export type ScheduleRun = Plain<ScheduleRun_RunFragment>

graphql(`
  fragment ScheduleRun_run on ScheduleRun {
    id
    scheduleName
    dueAt
    trigger
    outcome
    reason
    dueCount
    at
    job {
      ...JobLine_job @unmask
    }
  }
`)

graphql(`
  fragment Schedule_schedule on Schedule {
    name
    title
    kind
    input
    cron
    everySeconds
    timeZone
    effectiveTimeZone
    jitterSeconds
    window {
      from
      to
    }
    catchUp
    overlap
    maxAttempts
    pausedAt
    pausedByName
    nextRunAt
    builtIn
    adjusted
    createdByName
    deletedAt
    lastRun {
      ...ScheduleRun_run @unmask
    }
  }
`)

export function scheduleHref(name: string): string {
  return `/jobs/schedule?name=${encodeURIComponent(name)}`
}

/** Its last run did not do what it should. What was left out since it is paused is as somebody wants it. */
export function didFail({ lastRun }: Pick<Schedule, 'lastRun'>): boolean {
  if (!lastRun) return false
  if (lastRun.outcome === 'SKIPPED') return lastRun.reason !== 'PAUSED' && lastRun.reason !== 'OVERLAP' && lastRun.reason !== 'WINDOW'
  return lastRun.job?.state === 'FAILED' || lastRun.job?.state === 'INTERRUPTED'
}
