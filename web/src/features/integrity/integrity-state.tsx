'use client'

import { useMutation } from '@apollo/client/react'
import { ShieldAlert, ShieldCheck, ShieldQuestion } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { RelativeTime } from '../../ui/relative-time'
import { sayFailed } from '../../ui/toast'
import { JobProgress } from '../jobs/job-progress'
import { JobWords } from '../jobs/job-words'
import { useJob } from '../jobs/use-job'
import type { IntegrityWhole } from './use-integrity'

export const StartScrubDocument = graphql(`
  mutation StartScrub {
    startScrub {
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
  never: { look: 'border-line bg-surface', icon: 'text-ink-soft', Icon: ShieldQuestion },
} as const

/** One sentence, when it was last looked at, and the check that is under way. */
export function IntegrityState({ integrity }: { integrity: IntegrityWhole }) {
  const t = useTranslations('integrity')
  const format = useFormat()
  const textOf = useFailureText()
  const [start, { loading }] = useMutation(StartScrubDocument)
  const { jobId, lastScrub, openDamages } = integrity
  const kind = openDamages > 0 ? 'bad' : lastScrub ? 'good' : 'never'
  const tone = tones[kind]
  const begin = async () => {
    try {
      const { data } = await start()
      if (data && 'code' in data.startScrub) sayFailed(t('notStarted'), textOf(data.startScrub))
    } catch (error) {
      sayFailed(t('notStarted'), textOf(readFailure(error)))
    }
  }
  const cached = lastScrub && lastScrub.bytes > 0 ? 100 - (lastScrub.directBytes / lastScrub.bytes) * 100 : 0
  return (
    <section aria-label={t('title')} className={`rounded-card border px-4 py-4 sm:px-5 ${tone.look}`}>
      <div className="flex flex-wrap items-center gap-x-3 gap-y-3">
        <tone.Icon aria-hidden className={`size-6 shrink-0 ${tone.icon}`} />
        <div className="min-w-0 flex-1 basis-64">
          <p role="status" className="font-medium text-[15px]">
            {kind === 'bad' ? t('state.bad', { count: openDamages }) : t(`state.${kind}`)}
          </p>
          <p className="figures text-[13px] text-ink-soft">
            {lastScrub?.endedAt ? (
              <>
                {t('lastChecked')} <RelativeTime at={lastScrub.endedAt} /> ·{' '}
                {t('covered', { files: lastScrub.files, size: format.bytes(lastScrub.bytes) })}
              </>
            ) : (
              t('neverHint')
            )}
          </p>
        </div>
        {jobId ? (
          <JobWords>
            <Progress jobId={jobId} />
          </JobWords>
        ) : null}
        <Button className="max-sm:h-11 max-sm:w-full" pending={loading || jobId !== null} onClick={() => void begin()}>
          {t('checkNow')}
        </Button>
      </div>
      {kind === 'bad' ? <p className="mt-3 text-[13px]">{t('badHint')}</p> : null}
      {lastScrub && lastScrub.unreadable > 0 ? (
        <p className="mt-3 text-[13px]">{t('unreadable', { count: lastScrub.unreadable })}</p>
      ) : null}
      {cached >= 1 ? <p className="mt-3 text-[13px] text-ink-soft">{t('fromMemory', { percent: format.percent(cached) })}</p> : null}
    </section>
  )
}

function Progress({ jobId }: { jobId: string }) {
  const t = useTranslations('integrity')
  const { job } = useJob(jobId)
  if (!job) return null
  return (
    <div className="w-full sm:w-56">
      <JobProgress job={job} brief />
      <Link href={`/jobs/job?id=${jobId}`} className="text-ink-soft text-xs underline decoration-dotted underline-offset-4 hover:text-ink">
        {t('progress')}
      </Link>
    </div>
  )
}
