import { useApolloClient } from '@apollo/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { graphql } from '../../graphql/generated'
import type { ScheduleTimelineQuery } from '../../graphql/generated/graphql'

export const ScheduleTimelineDocument = graphql(`
  query ScheduleTimeline($from: DateTime!, $to: DateTime!) {
    scheduleTimeline(from: $from, to: $to) {
      truncated
      runs {
        ...ScheduleRun_run @unmask
      }
      coming {
        scheduleName
        dueAt
        startsAt
        expectedSeconds
      }
    }
  }
`)

export type TimelineData = ScheduleTimelineQuery['scheduleTimeline']

/** A stretch of time, in milliseconds since the epoch. */
export interface Stretch {
  readonly from: number
  readonly to: number
}

export const shortest = 3_600_000
export const longest = 92 * 86_400_000
/** Between the last movement and asking anew. */
const restMs = 300

/** What ran and what will in this stretch; read anew when it moves, and with each news (`changes`). The last answer stays until the next. */
export function useTimeline({ from, to }: Stretch, changes: number) {
  const client = useApolloClient()
  const [data, setData] = useState<TimelineData | null>(null)
  const [error, setError] = useState<unknown>(null)
  const asked = useRef(0)
  const read = useCallback(async () => {
    const own = ++asked.current
    try {
      const variables = { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
      const { data: answer } = await client.query({ query: ScheduleTimelineDocument, variables, fetchPolicy: 'no-cache' })
      if (own !== asked.current || !answer) return
      setData(answer.scheduleTimeline)
      setError(null)
    } catch (caught) {
      if (own === asked.current) setError(caught)
    }
  }, [client, from, to])
  // biome-ignore lint/correctness/useExhaustiveDependencies: with each news it is read anew
  useEffect(() => {
    const timer = setTimeout(() => void read(), restMs)
    return () => clearTimeout(timer)
  }, [read, changes])
  return { data, error, retry: () => void read() }
}

/** Closer or farther around a place between 0 (the beginning) and 1. */
export function zoomed({ from, to }: Stretch, factor: number, around = 0.5): Stretch {
  const length = Math.min(longest, Math.max(shortest, (to - from) * factor))
  const fixed = from + (to - from) * around
  return { from: Math.round(fixed - length * around), to: Math.round(fixed + length * (1 - around)) }
}

/** Moved by a part of its length. */
export function moved({ from, to }: Stretch, part: number): Stretch {
  const by = Math.round((to - from) * part)
  return { from: from + by, to: to + by }
}
