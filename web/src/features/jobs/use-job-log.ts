import { useApolloClient } from '@apollo/client/react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { graphql } from '../../graphql/generated'
import type { JobLogLine_LineFragment } from '../../graphql/generated/graphql'

export type LogLine = JobLogLine_LineFragment

graphql(`
  fragment JobLogLine_line on JobLogLine {
    sequence
    at
    attempt
    level
    message
  }
`)

export const JobLogDocument = graphql(`
  query JobLog($id: ID!, $after: Int!, $first: Int!) {
    jobLog(id: $id, after: $after, first: $first) {
      ...JobLogLine_line @unmask
    }
  }
`)

export const JobLogAppendedDocument = graphql(`
  subscription JobLogAppended($id: ID!, $after: Int!) {
    jobLogAppended(id: $id, after: $after) {
      ...JobLogLine_line @unmask
    }
  }
`)

const pageSize = 500
/** Lines that come at once are drawn at once. */
const restMs = 50

/** Lines come in their order; after a break some come again. */
function withLines(known: readonly LogLine[], more: readonly LogLine[]): readonly LogLine[] {
  const lines = [...known]
  for (const line of more) if (line.sequence > (lines.at(-1)?.sequence ?? 0)) lines.push(line)
  return lines
}

/** What a job said: what is there in pages, then each line as it comes. A line that is told twice, after a break, is there once. */
export function useJobLog(id: string) {
  const client = useApolloClient()
  const [log, setLog] = useState<{ lines: readonly LogLine[]; ready: boolean; error: unknown }>({ lines: [], ready: false, error: null })
  const [round, setRound] = useState(0)
  const fresh = useRef<LogLine[]>([])

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new round reads everything again
  useEffect(() => {
    let current = true
    let stop = () => {}
    let timer: ReturnType<typeof setTimeout> | undefined
    setLog({ lines: [], ready: false, error: null })
    fresh.current = []
    const draw = () => {
      timer = undefined
      const more = fresh.current
      fresh.current = []
      setLog(({ lines }) => ({ lines: withLines(lines, more), ready: true, error: null }))
    }
    const fail = (error: unknown) => current && setLog((known) => ({ ...known, ready: true, error }))
    const read = async () => {
      let after = 0
      for (;;) {
        const { data } = await client.query({
          query: JobLogDocument,
          variables: { id, after, first: pageSize },
          fetchPolicy: 'no-cache',
        })
        if (!current) return
        const lines = data?.jobLog ?? []
        fresh.current.push(...lines)
        draw()
        after = lines.at(-1)?.sequence ?? after
        if (lines.length < pageSize) break
      }
      const tail = client.subscribe({ query: JobLogAppendedDocument, variables: { id, after }, fetchPolicy: 'no-cache' }).subscribe({
        next: ({ data }) => {
          if (!data) return
          fresh.current.push(data.jobLogAppended)
          timer ??= setTimeout(draw, restMs)
        },
        error: fail,
      })
      stop = () => tail.unsubscribe()
    }
    read().catch(fail)
    return () => {
      current = false
      clearTimeout(timer)
      stop()
    }
  }, [client, id, round])

  return { ...log, retry: useCallback(() => setRound((each) => each + 1), []) }
}
