'use client'

import { ChevronLeft, RotateCcw, SearchX, Square } from 'lucide-react'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { FailureState } from '../../graphql/failure-state'
import { Banner } from '../../ui/banner'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { JobError } from './job-error'
import { JobFacts } from './job-facts'
import { JobFamily } from './job-family'
import { isOpen } from './job-line'
import { JobLog } from './job-log'
import { JobProgress } from './job-progress'
import { JobWords } from './job-words'
import { StatePill } from './state-pill'
import { type JobWhole, useJob } from './use-job'
import { useJobActions } from './use-job-actions'
import { useJobWords } from './use-job-words'
import { ValueList } from './value-list'

/** One job: what it was asked, how far it is, what it says, what came of it. */
export function JobPage() {
  return (
    <JobWords waiting={<Skeleton className="h-64 rounded-card!" />}>
      <Found id={useSearchParams().get('id') ?? ''} />
    </JobWords>
  )
}

function Found({ id }: { id: string }) {
  const t = useTranslations('jobs')
  const { job, error, refetch, put } = useJob(id)
  return (
    <>
      <Link href="/jobs" className="mb-3 inline-flex items-center gap-1 text-[13px] text-ink-soft hover:text-ink">
        <ChevronLeft aria-hidden className="size-4" />
        {t('detail.back')}
      </Link>
      {job ? (
        <Shown key={job.id} job={job} onChanged={put} />
      ) : job === null ? (
        <ErrorState icon={SearchX} heading="h1" title={t('detail.gone')} message={t('detail.goneBody')} />
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
      ) : (
        <Skeleton className="h-64 rounded-card!" />
      )}
    </>
  )
}

function Shown({ job, onChanged }: { job: JobWhole; onChanged: (job: JobWhole) => void }) {
  const t = useTranslations('jobs')
  const format = useFormat()
  const words = useJobWords()
  const now = useNow(10_000, job.state === 'WAITING')
  const { pending, cancel, retry } = useJobActions(onChanged)
  const open = isOpen(job)
  const stopping = open && job.cancelRequestedAt !== null
  return (
    <>
      <PageHeader
        title={words.kind(job.kind)}
        action={
          <div className="flex gap-2">
            {open && (job.cancellable || stopping) ? (
              <Button pending={pending === 'cancel' || stopping} onClick={() => cancel(job)}>
                {pending === 'cancel' || stopping ? null : <Square aria-hidden />}
                {stopping ? t('action.cancelling') : t('action.cancel')}
              </Button>
            ) : null}
            {job.kindKnown && (job.state === 'FAILED' || job.state === 'INTERRUPTED') ? (
              <Button look="primary" pending={pending === 'retry'} onClick={() => retry(job)}>
                {pending === 'retry' ? null : <RotateCcw aria-hidden />}
                {t('action.retry')}
              </Button>
            ) : null}
          </div>
        }
      >
        {job.subject ? <p className="break-words">{job.subject}</p> : null}
        <div className="mt-2 flex flex-wrap items-center gap-x-3 gap-y-1" role="status">
          <StatePill job={job} />
          {job.state === 'WAITING' && job.waitingFor ? (
            <span className="text-[13px]">
              {t(`waitingFor.${job.waitingFor}`, { when: format.relative(Date.parse(job.runAfter), now) })}
            </span>
          ) : null}
          {open && job.attempts > 1 ? (
            <span className="text-[13px]">{t('attempt', { attempt: String(job.attempts), most: String(job.maxAttempts) })}</span>
          ) : null}
          {job.state === 'RUNNING' && !job.cancellable && job.notCancellableReason ? (
            <span className="text-[13px]">{t('action.cannotCancel', { reason: job.notCancellableReason })}</span>
          ) : null}
        </div>
      </PageHeader>
      <div className="grid gap-4">
        {job.kindKnown ? null : (
          <div className="overflow-hidden rounded-card">
            <Banner tone="warn" label={t('detail.unknownKindLabel')}>
              {t('detail.unknownKind')}
            </Banner>
          </div>
        )}
        <JobError job={job} />
        <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
          <div className="grid min-w-0 gap-4">
            {open && (job.progress || job.state === 'RUNNING') ? (
              <Card title={t('head.progress')}>
                {job.progress?.item ? (
                  <p className="mt-2 truncate" title={job.progress.item}>
                    {job.progress.item}
                  </p>
                ) : null}
                <JobProgress job={job} className="mt-2" />
              </Card>
            ) : null}
            {job.result === null ? null : (
              <Card title={t('detail.result')}>
                <div className="mt-3">
                  <ValueList value={job.result} empty={t('detail.noResult')} />
                </div>
              </Card>
            )}
            <JobLog job={job} />
          </div>
          <div className="grid min-w-0 gap-4">
            <JobFacts job={job} />
            <JobFamily job={job} />
            <Card title={t('detail.input')}>
              <div className="mt-3">
                <ValueList value={job.input} empty={t('detail.noInput')} />
              </div>
            </Card>
          </div>
        </div>
      </div>
    </>
  )
}
