import { useApolloClient } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { Timing } from './timing'

export const SchedulePreviewDocument = graphql(`
  query SchedulePreview($cron: String, $everySeconds: Int, $timeZone: String!, $window: ScheduleWindowInput) {
    schedulePreview(cron: $cron, everySeconds: $everySeconds, timeZone: $timeZone, window: $window, count: 5) {
      times {
        startsAt
      }
    }
  }
`)

const restMs = 250

export interface Preview {
  readonly times: readonly string[]
  readonly problem: { code: string; message: string } | null
}

/** When it would run, asked of the server shortly after the last change. Null while nothing complete was chosen. */
export function usePreview(timing: Timing | null, timeZone: string, window: { from: string; to: string } | null): Preview | null {
  const client = useApolloClient()
  const [preview, setPreview] = useState<Preview | null>(null)
  const wish = JSON.stringify(timing && { cron: null, everySeconds: null, ...timing, timeZone, window })
  useEffect(() => {
    let current = true
    const variables = JSON.parse(wish)
    if (!variables) return setPreview(null)
    const ask = async () => {
      try {
        const { data } = await client.query({ query: SchedulePreviewDocument, variables, fetchPolicy: 'no-cache' })
        const answer = data?.schedulePreview
        if (!current || !answer) return
        setPreview({ times: answer.times.map(({ startsAt }) => startsAt), problem: null })
      } catch (error) {
        if (current) setPreview({ times: [], problem: readFailure(error) })
      }
    }
    const timer = setTimeout(() => void ask(), restMs)
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [client, wish])
  return preview
}
