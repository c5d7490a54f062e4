// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
'use client'

import { clsx } from 'clsx'
import Link from 'next/link'
import { memo } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { isOpen, type JobLine, jobHref, secondsOf } from './job-line'
import { JobProgress } from './job-progress'
import { StateIcon, StatePill } from './state-pill'
import { useJobWords } from './use-job-words'

export const rowColumns =
  'grid items-center gap-x-4 px-4 grid-cols-[minmax(0,1fr)] sm:grid-cols-[7.5rem_minmax(0,1fr)_9rem] lg:grid-cols-[7.5rem_minmax(0,1.1fr)_minmax(0,1fr)_minmax(0,8rem)_7.5rem_7rem]'

export interface JobRowProps {
  id: string
  job: JobLine
  index: number
  top: number
  height: number
  /** Renewed each second while the job runs, each minute else. */
  now: number
  current: boolean
  onOpen: (id: string) => void
}

export const JobRow = memo(function JobRow({ id, job, index, top, height, now, current, onOpen }: JobRowProps) {
  const t = useTranslations('jobs')
  const format = useFormat()
  const words = useJobWords()
  const at = Date.parse(job.startedAt ?? job.createdAt)
  const seconds = secondsOf(job, now)
  const who = words.who(job)
  const time = (
    <time dateTime={job.startedAt ?? job.createdAt} title={format.moment(at)} className="figures truncate text-ink-soft">
      {format.relative(at, Math.max(now, at))}
    </time>
  )
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      onClick={(event) => {
        // The link inside does its own: another tab, another window.
        if (!(event.target instanceof Element && event.target.closest('a'))) onOpen(job.id)
      }}
      style={{ transform: `translateY(${top}px)`, height }}
      className={clsx(
        rowColumns,
        'absolute inset-x-0 top-0 cursor-pointer border-line border-b text-[13px] transition-colors hover:bg-hover/60',
        current && 'ring-2 ring-accent ring-inset',
      )}
    >
      <span role="gridcell" className="max-sm:hidden">
        <StatePill job={job} />
      </span>
      <span role="gridcell" className="grid min-w-0 gap-0.5">
        <span className="flex min-w-0 items-center gap-2">
          <span className="flex sm:hidden">
            <StateIcon job={job} />
          </span>
          <Link href={jobHref(job.id)} prefetch={false} tabIndex={-1} className="truncate font-medium hover:underline">
            {words.kind(job.kind)}
          </Link>
        </span>
        {job.subject ? (
          <span className="truncate text-ink-soft text-xs max-sm:pl-6" title={job.subject}>
            {job.subject}
          </span>
        ) : null}
        <span className="flex min-w-0 gap-1.5 truncate pl-6 text-ink-soft text-xs sm:hidden">
          {job.state === 'RUNNING' && job.progress ? (
            <JobProgress job={job} brief className="flex-1" />
          ) : (
            <>
              {words.state(job)} · {who} · {time}
            </>
          )}
        </span>
      </span>
      <span role="gridcell" className="min-w-0 max-lg:hidden">
        {isOpen(job) && job.state !== 'QUEUED' ? (
          job.state === 'WAITING' && job.waitingFor && !job.progress ? (
            <span className="block truncate text-ink-soft text-xs">
              {t(`waitingFor.${job.waitingFor}`, { when: format.relative(Date.parse(job.runAfter), now) })}
            </span>
          ) : (
            <JobProgress job={job} />
          )
        ) : job.error ? (
          <span className="block truncate text-bad text-xs" title={words.failure(job.error).reason}>
            {words.failure(job.error).reason}
          </span>
        ) : null}
      </span>
      <span role="gridcell" className="truncate max-lg:hidden" title={who}>
        {who}
      </span>
      <span role="gridcell" className="truncate max-sm:hidden max-sm:text-right">
        {time}
        {job.state === 'RUNNING' && job.progress ? (
          <span className="figures block text-ink-soft text-xs lg:hidden">
            {job.progress.percent === null ? words.done(job.progress) : format.percent(job.progress.percent)}
          </span>
        ) : null}
      </span>
      <span role="gridcell" className="figures truncate text-right text-ink-soft max-lg:hidden">
        {seconds === null ? '' : format.duration(seconds)}
      </span>
    </div>
  )
})
