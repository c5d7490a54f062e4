'use client'

import { X } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { Button } from '../../ui/button'
import { RelativeTime } from '../../ui/relative-time'
import { isOpen, type JobLine, jobHref } from './job-line'
import { JobProgress } from './job-progress'
import { StateIcon } from './state-pill'
import { useJobActions } from './use-job-actions'
import { useJobWords } from './use-job-words'

/** A job in few words, for trays and tiles: what, how far, and a way to stop it. */
export function TrayRow({ job, onOpen }: { job: JobLine; onOpen?: () => void }) {
  const t = useTranslations('jobs')
  const format = useFormat()
  const words = useJobWords()
  const { pending, cancel } = useJobActions()
  const name = words.name(job)
  const open = isOpen(job)
  const withoutWord = open && (job.state === 'RUNNING' ? job.progress !== null : job.waitingFor !== null)
  const stopping = job.cancelRequestedAt !== null
  return (
    <li className="flex min-h-11 items-center gap-3">
      <StateIcon job={job} silent={!withoutWord} className="size-5!" />
      <div className="grid min-w-0 flex-1 gap-1">
        <Link
          href={jobHref(job.id)}
          prefetch={false}
          title={name}
          {...(onOpen ? { onClick: onOpen } : {})}
          className="truncate font-medium hover:underline"
        >
          {name}
        </Link>
        {job.state === 'RUNNING' && job.progress ? (
          <JobProgress job={job} />
        ) : (
          <p className="truncate text-ink-soft text-xs">
            {job.state === 'WAITING' && job.waitingFor ? (
              t(`waitingFor.${job.waitingFor}`, { when: format.relative(Date.parse(job.runAfter), Date.now()) })
            ) : (
              <>
                {words.state(job)}
                {job.endedAt ? (
                  <>
                    {' · '}
                    <RelativeTime at={job.endedAt} />
                  </>
                ) : null}
                {job.error && !open ? ` · ${words.failure(job.error).reason}` : ''}
              </>
            )}
          </p>
        )}
      </div>
      {open && (job.cancellable || stopping) ? (
        <Button
          look="quiet"
          size="icon"
          pending={pending === 'cancel' || stopping}
          aria-label={t('action.cancelNamed', { name })}
          title={t('action.cancelNamed', { name })}
          onClick={() => cancel(job)}
          className="max-sm:size-11"
        >
          {pending === 'cancel' || stopping ? null : <X aria-hidden />}
        </Button>
      ) : null}
    </li>
  )
}
