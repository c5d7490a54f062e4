'use client'

import { ChevronDown } from 'lucide-react'
import Link from 'next/link'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { isOpen, jobHref, secondsOf } from '../jobs/job-line'
import { JobLog } from '../jobs/job-log'
import { RunState } from './run-state'
import type { ScheduleRun } from './schedule'
import { useScheduleWords } from './use-schedule-words'

/** What became of its due times; each run's log opens below it. */
export function RunHistory({ runs, hasMore, onMore }: { runs: readonly ScheduleRun[]; hasMore: boolean; onMore: () => void }) {
  const t = useTranslations('schedules.detail')
  const [shown, setShown] = useState<string | null>(null)
  const now = useNow(
    1_000,
    runs.some(({ job }) => job !== null && isOpen(job)),
  )
  return (
    <Card title={t('history')}>
      {runs.length === 0 ? <p className="mt-2 text-ink-soft">{t('historyNone')}</p> : null}
      <ul className="mt-2 divide-y divide-line">
        {runs.map((run) => (
          <Run key={run.id} run={run} now={now} open={shown === run.id} onToggle={() => setShown(shown === run.id ? null : run.id)} />
        ))}
      </ul>
      {hasMore ? (
        <Button size="small" className="mt-3 self-start" onClick={onMore}>
          {t('more')}
        </Button>
      ) : null}
    </Card>
  )
}

function Run({ run, now, open, onToggle }: { run: ScheduleRun; now: number; open: boolean; onToggle: () => void }) {
  const t = useTranslations('schedules')
  const format = useFormat()
  const words = useScheduleWords()
  const { job } = run
  const at = Date.parse(job?.startedAt ?? run.at)
  const seconds = job ? secondsOf(job, now) : null
  return (
    <li className="grid gap-2 py-2">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
        <RunState run={run} />
        <span className="figures min-w-0 text-[13px]">
          {job ? (
            <Link href={jobHref(job.id)} prefetch={false} className="hover:underline">
              {format.moment(at)}
            </Link>
          ) : (
            format.moment(at)
          )}
        </span>
        <span className="min-w-0 flex-1 text-ink-soft text-xs">
          {run.outcome === 'SKIPPED' ? words.reason(run) : t(`trigger.${run.trigger}`)}
          {run.dueCount > 1 ? ` · ${t('dueCount', { count: run.dueCount })}` : ''}
          {seconds === null ? '' : ` · ${format.duration(seconds)}`}
        </span>
        {job ? (
          <Button look="quiet" size="small" aria-expanded={open} onClick={onToggle}>
            <ChevronDown aria-hidden className={open ? 'rotate-180' : ''} />
            {open ? t('detail.hideLog') : t('detail.showLog')}
          </Button>
        ) : null}
      </div>
      {open && job ? <JobLog job={job} /> : null}
    </li>
  )
}
