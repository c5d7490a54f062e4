'use client'

import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { Card } from '../../ui/card'
import { useJobWords } from '../jobs/use-job-words'
import { Pair, ValueList } from '../jobs/value-list'
import type { Schedule } from './schedule'
import { useTimingWords } from './use-timing-words'

/** What it does and by which rules. */
export function ScheduleFacts({ schedule }: { schedule: Schedule }) {
  const t = useTranslations('schedules')
  const jobs = useTranslations('jobs')
  const format = useFormat()
  const words = useJobWords()
  const timing = useTimingWords()
  const { window: between } = schedule
  return (
    <Card title={t('detail.about')}>
      <dl className="mt-3 mb-3 grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-2 text-[13px]">
        <Pair name={t('detail.kind')}>{words.kind(schedule.kind)}</Pair>
        <Pair name={t('detail.when')}>
          {timing(schedule)}
          {schedule.cron ? <code className="block font-mono text-ink-soft text-xs">{schedule.cron}</code> : null}
        </Pair>
        <Pair name={t('detail.zone')}>
          {schedule.timeZone === 'system' ? t('detail.zoneSystem', { zone: schedule.effectiveTimeZone ?? '–' }) : schedule.timeZone}
        </Pair>
        {between ? <Pair name={t('detail.window')}>{t('detail.windowValue', { from: between.from, to: between.to })}</Pair> : null}
        {schedule.jitterSeconds > 0 ? (
          <Pair name={t('detail.jitter')}>{t('detail.jitterValue', { time: format.duration(schedule.jitterSeconds) })}</Pair>
        ) : null}
        <Pair name={t('detail.catchUp')}>{t(`catchUp.${schedule.catchUp}`)}</Pair>
        <Pair name={t('detail.overlap')}>{t(`overlap.${schedule.overlap}`)}</Pair>
        <Pair name={t('detail.attempts')}>
          {schedule.maxAttempts === null ? t('detail.attemptsDefault') : format.number(schedule.maxAttempts)}
        </Pair>
        <Pair name={t('detail.maker')}>{schedule.builtIn ? jobs('system') : schedule.createdByName}</Pair>
      </dl>
      {Object.keys(schedule.input).length > 0 ? <ValueList value={schedule.input} empty="" /> : null}
    </Card>
  )
}
