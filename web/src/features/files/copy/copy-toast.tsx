'use client'

import { useMutation, useSubscription } from '@apollo/client/react'
import { CircleAlert, CircleCheck, CircleX, Copy, X } from 'lucide-react'
import Link from 'next/link'
import { useEffect } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { readFailure } from '../../../graphql/failure'
import type { CopyJob_JobFragment } from '../../../graphql/generated/graphql'
import { copying } from '../../../messages/en/copying'
import { useFailureText } from '../../../messages/use-failure-text'
import { Button } from '../../../ui/button'
import { Meter } from '../../../ui/meter'
import { sayFailed } from '../../../ui/toast'
import { nameOf, parentOf } from '../path'
import { placeHref } from '../place'
import { CancelCopyDocument, CopyJobChangedDocument } from './copy-file'
import type { BegunCopy } from './show-copy'

/** What went well, or was wanted so, needs no click to go away. */
const goneAfterMs = 10_000

/** One copy: how far it is and a way to stop it; then what came of it, with a way there. Put away, it goes on: the tray of jobs has it too. */
export function CopyToast({ copy, onClose }: { copy: BegunCopy; onClose: () => void }) {
  const t = useTranslations('copying')
  const textOf = useFailureText()
  const { data } = useSubscription(CopyJobChangedDocument, { variables: { id: copy.jobId }, fetchPolicy: 'no-cache' })
  const job = data?.jobChanged
  const [cancel] = useMutation(CancelCopyDocument)
  const state = job?.state ?? 'QUEUED'
  const isOpen = state === 'QUEUED' || state === 'RUNNING' || state === 'WAITING'
  const isDone = state === 'SUCCEEDED'
  const isPart = job?.error?.code === 'COPY_INCOMPLETE'

  const isRead = isDone || state === 'CANCELLED'

  useEffect(() => {
    if (!isRead) return
    const timer = setTimeout(onClose, goneAfterMs)
    return () => clearTimeout(timer)
  }, [isRead, onClose])

  const stop = async () => {
    try {
      const answer = (await cancel({ variables: { id: copy.jobId } })).data?.cancelJob
      // One that has just ended by itself says so here in a moment.
      if (answer && 'code' in answer && answer.code !== 'JOB_ENDED') sayFailed(textOf(answer))
    } catch (error) {
      sayFailed(textOf(readFailure(error)))
    }
  }

  const Icon = isOpen ? Copy : isDone ? CircleCheck : state === 'CANCELLED' ? CircleX : CircleAlert
  const tone = isOpen || state === 'CANCELLED' ? 'text-ink-soft' : isDone ? 'text-good' : isPart ? 'text-warn' : 'text-bad'
  const words = isOpen
    ? t('busy', { name: copy.name })
    : isDone
      ? t('done', { name: copy.name })
      : state === 'CANCELLED'
        ? t('stopped')
        : t(isPart ? 'incomplete' : 'failed', { name: copy.name })
  const reason = job?.error && !isOpen ? reasonOf(job.error.code) : null
  const href = copy.isFolder ? placeHref({ path: copy.to }) : placeHref({ path: parentOf(copy.to), preview: nameOf(copy.to) })
  return (
    <div className="flex w-[min(22rem,calc(100vw-2rem))] items-start gap-3 rounded-[10px] border border-line bg-surface p-3 text-ink shadow-high">
      <Icon aria-hidden className={`mt-0.5 size-5 shrink-0 ${tone}`} />
      <div className="grid min-w-0 flex-1 gap-1.5 text-[13px]">
        <p className="break-words font-medium" title={copy.to}>
          {words}
        </p>
        {isOpen ? <CopyProgress job={job} name={copy.name} /> : null}
        {isOpen && !job?.cancelRequestedAt ? (
          <Button look="quiet" size="small" className="-ml-2 justify-self-start max-sm:h-11" onClick={() => void stop()}>
            {t('stop')}
          </Button>
        ) : null}
        {reason ? <p className="text-ink-soft">{t(`reason.${reason}`)}</p> : null}
        {job?.error && !isOpen && !reason ? <p className="text-ink-soft">{textOf(job.error)}</p> : null}
        {isDone || isPart ? (
          <Link href={href} prefetch={false} onClick={onClose} className="font-medium text-accent underline-offset-4 hover:underline">
            {t('show')}
          </Link>
        ) : null}
      </div>
      <Button
        look="quiet"
        size="icon"
        aria-label={t('dismiss')}
        title={isOpen ? t('dismissOpen') : t('dismiss')}
        onClick={onClose}
        className="-mt-1.5 -mr-1.5 max-sm:size-11"
      >
        <X aria-hidden />
      </Button>
    </div>
  )
}

function reasonOf(code: string): keyof (typeof copying)['reason'] | null {
  return Object.hasOwn(copying.reason, code) ? (code as keyof (typeof copying)['reason']) : null
}

function CopyProgress({ job, name }: { job: CopyJob_JobFragment | undefined; name: string }) {
  const t = useTranslations('copying')
  const format = useFormat()
  if (job?.cancelRequestedAt) return <p className="text-ink-soft text-xs">{t('stopping')}</p>
  const { progress } = job ?? {}
  if (job?.state !== 'RUNNING' || !progress) return <p className="text-ink-soft text-xs">{t('waiting')}</p>
  if (progress.total === null) return <p className="text-ink-soft text-xs">{t('counting')}</p>
  const done = t('of', { done: format.bytes(progress.done), total: format.bytes(progress.total) })
  return (
    <>
      <Meter progress className="h-1" label={name} value={progress.done} max={progress.total} valueText={done} />
      <p className="figures flex flex-wrap gap-x-3 text-ink-soft text-xs">
        <span>{done}</span>
        {progress.unitsPerSecond ? <span>{format.rate(progress.unitsPerSecond)}</span> : null}
        {progress.etaSeconds === null ? null : <span>{t('left', { time: format.duration(progress.etaSeconds) })}</span>}
      </p>
      <p className="truncate text-ink-soft text-xs" title={progress.item ?? undefined}>
        {progress.item}
      </p>
    </>
  )
}
