'use client'

import { clsx } from 'clsx'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { Meter } from '../../ui/meter'
import type { JobLine } from './job-line'
import { useJobWords } from './use-job-words'

/** How far a job is: bar, amount, rate, time left. `brief` leaves out the amount. */
export function JobProgress({ job, brief = false, className }: { job: JobLine; brief?: boolean; className?: string }) {
  const t = useTranslations('jobs')
  const format = useFormat()
  const words = useJobWords()
  const { progress } = job
  if (!progress) return job.state === 'RUNNING' ? <p className={clsx('text-ink-soft text-xs', className)}>{t('progress.begun')}</p> : null
  const amount = words.done(progress)
  const running = job.state === 'RUNNING'
  const rate = running ? words.rate(progress) : null
  const left = running ? words.left(progress) : null
  return (
    <div className={clsx('grid min-w-0 gap-1', className)}>
      {progress.percent === null ? null : (
        <Meter
          progress
          className="h-1.5"
          tone={running ? 'info' : 'accent'}
          label={t('progressLabel', { name: words.name(job) })}
          value={progress.percent}
          valueText={`${format.percent(progress.percent)}, ${amount}`}
        />
      )}
      <p className="figures flex min-w-0 gap-x-2.5 truncate text-ink-soft text-xs stale:text-ink-soft">
        <span>{brief && progress.percent !== null ? format.percent(progress.percent) : amount}</span>
        {rate ? <span className="max-sm:hidden">{rate}</span> : null}
        {left ? <span className="truncate">{left}</span> : null}
      </p>
    </div>
  )
}
