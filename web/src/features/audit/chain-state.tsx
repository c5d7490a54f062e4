'use client'

import { useMutation, useQuery } from '@apollo/client/react'
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import type { AuditFaultKind, VerifyAuditLogMutation } from '../../graphql/generated/graphql'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { RelativeTime } from '../../ui/relative-time'
import { sayFailed } from '../../ui/toast'

export const AuditStateDocument = graphql(`
  query AuditState {
    auditState {
      entryCount
      firstSequence
      lastSequence
      lastCheck {
        at
        checked
        faultCount
      }
    }
  }
`)

export const VerifyAuditLogDocument = graphql(`
  mutation VerifyAuditLog {
    verifyAuditLog {
      ... on AuditVerification {
        checked
        intact
        reason
        faults {
          kind
          sequence
          until
        }
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

type Verified = Extract<VerifyAuditLogMutation['verifyAuditLog'], { checked: number }>

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
  const [found, setFound] = useState<Verified | null>(null)
  const state = data?.auditState
  const check = state?.lastCheck
  const bad = found ? !found.intact : (check?.faultCount ?? 0) > 0
  const tone = tones[bad ? 'bad' : check || found ? 'good' : 'unknown']
  const run = async () => {
    try {
      const { data: answer } = await verify()
      if (!answer) return
      if ('code' in answer.verifyAuditLog) sayFailed(t('checkFailed'), textOf(answer.verifyAuditLog))
      else setFound(answer.verifyAuditLog)
      void refetch().catch(() => {})
    } catch (error) {
      sayFailed(t('checkFailed'), textOf(readFailure(error)))
    }
  }
  return (
    <section aria-label={t('chain')} className={`rounded-card border px-4 py-3 ${tone.look}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <tone.Icon aria-hidden className={`size-5 shrink-0 ${tone.icon}`} />
        <p className="min-w-0 flex-1" role="status">
          <span className="font-medium">{bad ? t('chainBad') : check || found ? t('chainGood') : t('chainUnknown')}</span>{' '}
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
        <Button size="small" pending={loading} onClick={() => void run()}>
          {t('checkNow')}
        </Button>
      </div>
      {found && !found.intact ? (
        <ul className="mt-2 grid gap-1 pl-8">
          {found.faults.slice(0, 10).map((fault) => (
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
          {found.faults.length > 10 ? <li className="text-ink-soft">{t('moreFaults', { count: found.faults.length - 10 })}</li> : null}
          <li className="text-ink-soft text-xs">{t('faultAdvice')}</li>
        </ul>
      ) : null}
    </section>
  )
}
