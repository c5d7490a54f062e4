import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { sayDone, sayFailed } from '../../ui/toast'
import type { Schedule } from './schedule'
import { useScheduleWords } from './use-schedule-words'

export const PauseScheduleDocument = graphql(`
  mutation PauseSchedule($name: String!) {
    pauseSchedule(name: $name) {
      ... on Schedule {
        name
        pausedAt
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export const ResumeScheduleDocument = graphql(`
  mutation ResumeSchedule($name: String!) {
    resumeSchedule(name: $name) {
      ... on Schedule {
        name
        pausedAt
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export const RunScheduleDocument = graphql(`
  mutation RunSchedule($name: String!) {
    runSchedule(input: { name: $name }) {
      ... on Job {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

type Answer = { code: string; message: string } | { name: string } | { id: string }

/** Pausing, going on, running now: the stream brings what comes of it. */
export function useScheduleActions() {
  const t = useTranslations('schedules')
  const words = useScheduleWords()
  const [pauseSchedule] = useMutation(PauseScheduleDocument)
  const [resumeSchedule] = useMutation(ResumeScheduleDocument)
  const [runSchedule] = useMutation(RunScheduleDocument)
  const [pending, setPending] = useState<string | null>(null)

  const act = async (action: string, failed: string, run: () => Promise<Answer | undefined>): Promise<boolean> => {
    setPending(action)
    try {
      const answer = await run()
      if (answer && 'code' in answer) sayFailed(failed, words.problem(answer))
      return answer !== undefined && !('code' in answer)
    } catch (error) {
      sayFailed(failed, words.problem(readFailure(error)))
      return false
    } finally {
      setPending(null)
    }
  }
  return {
    /** Name of what is being done: `pause <name>`, `run <name>`. */
    pending,
    setPaused: (schedule: Schedule, paused: boolean) => {
      const variables = { name: schedule.name }
      void act(`pause ${schedule.name}`, t('changeFailed', { name: words.title(schedule) }), async () =>
        paused ? (await pauseSchedule({ variables })).data?.pauseSchedule : (await resumeSchedule({ variables })).data?.resumeSchedule,
      )
    },
    runNow: async (schedule: Schedule) => {
      const name = words.title(schedule)
      const done = await act(
        `run ${schedule.name}`,
        t('runFailed', { name }),
        async () => (await runSchedule({ variables: { name: schedule.name } })).data?.runSchedule,
      )
      if (done) sayDone(t('started', { name }))
    },
  }
}
