'use client'

import { SkipForward } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Pill } from '../../ui/pill'
import { StatePill } from '../jobs/state-pill'
import type { ScheduleRun } from './schedule'
import { useScheduleWords } from './use-schedule-words'

/** What became of a due time: the state of its job, or that it was left out and why. */
export function RunState({ run }: { run: ScheduleRun }) {
  const t = useTranslations('schedules')
  const words = useScheduleWords()
  if (run.job) return <StatePill job={run.job} />
  if (run.outcome === 'STARTED') return <span className="text-ink-soft text-xs">{t('jobGone')}</span>
  const wanted = run.reason === 'PAUSED' || run.reason === 'OVERLAP' || run.reason === 'WINDOW'
  return (
    <span title={words.reason(run)}>
      <Pill tone={wanted ? 'neutral' : 'warn'} icon={SkipForward}>
        {t('skipped')}
      </Pill>
    </span>
  )
}
