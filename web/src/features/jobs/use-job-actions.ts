import { useMutation } from '@apollo/client/react'
import { useCallback, useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { sayDone, sayFailed } from '../../ui/toast'
import type { JobLine } from './job-line'
import type { JobWhole } from './use-job'
import { useJobWords } from './use-job-words'

export const CancelJobDocument = graphql(`
  mutation CancelJob($id: ID!) {
    cancelJob(id: $id) {
      ... on Job {
        ...JobWhole_job @unmask
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

export const RetryJobDocument = graphql(`
  mutation RetryJob($id: ID!) {
    retryJob(id: $id) {
      ... on Job {
        ...JobWhole_job @unmask
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** Cancelling and trying again, with what is said when it did not work. `onChanged` gets the job as it is then. */
export function useJobActions(onChanged?: (job: JobWhole) => void) {
  const t = useTranslations('jobs')
  const words = useJobWords()
  const textOf = useFailureText()
  const [cancelJob] = useMutation(CancelJobDocument)
  const [retryJob] = useMutation(RetryJobDocument)
  const [pending, setPending] = useState<'cancel' | 'retry' | null>(null)

  const run = useCallback(
    async (action: 'cancel' | 'retry', job: Pick<JobLine, 'id' | 'kind' | 'subject'>) => {
      const name = words.name(job)
      const failed = (problem: { code: string; message: string }) =>
        sayFailed(t(`action.${action}Failed`, { name }), words.problem(problem.code) ?? textOf(problem))
      setPending(action)
      try {
        const variables = { id: job.id }
        const answer =
          action === 'cancel' ? (await cancelJob({ variables })).data?.cancelJob : (await retryJob({ variables })).data?.retryJob
        if (!answer) return
        if ('code' in answer) return failed(answer)
        onChanged?.(answer)
        if (action === 'retry') sayDone(t('action.retried', { name }))
      } catch (error) {
        failed(readFailure(error))
      } finally {
        setPending(null)
      }
    },
    [cancelJob, retryJob, onChanged, t, textOf, words],
  )
  return { pending, cancel: (job: JobLine) => void run('cancel', job), retry: (job: JobLine) => void run('retry', job) }
}
