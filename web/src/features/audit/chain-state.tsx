'use client'

import { useMutation, useQuery } from '@apollo/client/react'
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'
import { useCallback, useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { AuditFaultKind } from '../../graphql/generated/graphql'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { RelativeTime } from '../../ui/relative-time'
import { sayFailed } from '../../ui/toast'
import { isOpen } from '../jobs/job-line'
import { JobProgress } from '../jobs/job-progress'
import { JobWords } from '../jobs/job-words'
import { useJob } from '../jobs/use-job'

export const AuditStateDocument = graphql(`
  query AuditState {
    auditState {
      entryCount
      firstSequence
      lastSequence
      lastCheck {
        at
        checked
        intact
        faults {
          kind
          sequence
          until
        }
      }
    }
  }
`)

export const VerifyAuditLogDocument = graphql(`
  mutation VerifyAuditLog {
    verifyAuditLog {
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

const tones = {
  good: { look: 'border-line bg-surface', icon: 'text-good', Icon: ShieldCheck },
  bad: { look: 'border-bad bg-bad-soft', icon: 'text-bad', Icon: ShieldAlert },
  unknown: { look: 'border-line bg-surface', icon: 'text-ink-soft', Icon: ShieldQuestion },
} as const

/** Whether all entries are as they were written, and where not. */
export function ChainState({ onGo }: { onGo: (sequence: number) => void }) {
  const t = useTranslations('audit')
  const textOf = useFailureText()
  const { data, refetch } = useQuery(AuditStateDocument, { fetchPolicy: 'cache-and-network' })
  const [verify, { loading }] = useMutation(VerifyAuditLogDocument)
  const [jobId, setJobId] = useState<string | null>(null)
  const state = data?.auditState
  const check = state?.lastCheck
  const tone = tones[check ? (check.intact ? 'good' : 'bad') : 'unknown']
  const run = async () => {
    try {
      const { data: answer } = await verify()
      if (!answer) return
      if ('code' in answer.verifyAuditLog) sayFailed(t('checkFailed'), textOf(answer.verifyAuditLog))
      else setJobId(answer.verifyAuditLog.id)
    } catch (error) {
      sayFailed(t('checkFailed'), textOf(readFailure(error)))
    }
  }
  const ended = useCallback(() => {
    setJobId(null)
    void refetch().catch(() => {})
  }, [refetch])
  return (
    <section aria-label={t('chain')} className={`rounded-card border px-4 py-3 ${tone.look}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <tone.Icon aria-hidden className={`size-5 shrink-0 ${tone.icon}`} />
        <p className="min-w-0 flex-1" role="status">
          <span className="font-medium">{check ? (check.intact ? t('chainGood') : t('chainBad')) : t('chainUnknown')}</span>{' '}
          <span className="text-ink-soft">
            {state ? t('entries', { count: state.entryCount }) : null}
            {check ? (
              <>
                {' · '}
                {t('checked')} <RelativeTime at={check.at} />
              </>
            ) : null}
          </span>
        </p>
        {jobId ? (
          <JobWords>
            <ChainCheck jobId={jobId} onEnd={ended} />
          </JobWords>
        ) : null}
        <Button size="small" pending={loading || jobId !== null} onClick={() => void run()}>
          {t('checkNow')}
        </Button>
      </div>
      {check && !check.intact ? (
        <ul className="mt-2 grid gap-1 pl-8">
          {check.faults.slice(0, 10).map((fault) => (
            <li key={`${fault.kind}${fault.sequence}`} className="flex flex-wrap items-baseline gap-x-2">
              <button
                type="button"
                className="figures font-medium underline decoration-dotted underline-offset-4"
                onClick={() => onGo(fault.sequence)}
              >
                {fault.sequence === fault.until
                  ? t('faultAt', { sequence: fault.sequence })
                  : t('faultRange', { from: fault.sequence, to: fault.until })}
              </button>
              <span>{t(`fault.${fault.kind satisfies AuditFaultKind}`)}</span>
            </li>
          ))}
          {check.faults.length > 10 ? <li className="text-ink-soft">{t('moreFaults', { count: check.faults.length - 10 })}</li> : null}
          <li className="text-ink-soft text-xs">{t('faultAdvice')}</li>
        </ul>
      ) : null}
    </section>
  )
}

/** How far the check is, while it is under way. */
function ChainCheck({ jobId, onEnd }: { jobId: string; onEnd: () => void }) {
  const { job } = useJob(jobId)
  const over = job === null || (job !== undefined && !isOpen(job))
  useEffect(() => {
    if (over) onEnd()
  }, [over, onEnd])
  return job ? <JobProgress job={job} brief className="w-40" /> : null
}
