'use client'

import { Play } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { Button } from '../../ui/button'
import { Pill } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'
import { Switch } from '../../ui/switch'
import { Cell, HeadCell, Row, Table } from '../../ui/table'
import { isOpen, jobHref } from '../jobs/job-line'
import { RunState } from './run-state'
import { type Schedule, scheduleHref } from './schedule'
import { useScheduleActions } from './use-schedule-actions'
import { useScheduleWords } from './use-schedule-words'
import { useTimingWords } from './use-timing-words'

/** Every schedule in a row: what, when, when next, how it went, and a switch. */
export function ScheduleTable({ schedules }: { schedules: readonly Schedule[] }) {
  const t = useTranslations('schedules')
  const format = useFormat()
  const words = useScheduleWords()
  const timing = useTimingWords()
  const now = useNow(1_000)
  const { pending, setPaused, runNow } = useScheduleActions()
  return (
    <Table label={t('list')} className="max-sm:block [&_tbody]:max-sm:block">
      <thead className="max-sm:sr-only">
        <tr>
          {(['what', 'when', 'next', 'last', 'actions'] as const).map((name) => (
            <HeadCell key={name} className={name === 'actions' ? 'text-right' : ''}>
              {t(`head.${name}`)}
            </HeadCell>
          ))}
        </tr>
      </thead>
      <tbody>
        {schedules.map((schedule) => {
          const { lastRun } = schedule
          const name = words.title(schedule)
          const running = lastRun?.job ? isOpen(lastRun.job) : false
          return (
            <Row
              key={schedule.name}
              className="max-sm:grid max-sm:grid-cols-[minmax(0,1fr)_auto] max-sm:gap-y-1 max-sm:py-3 max-sm:[&>td]:h-auto"
            >
              <Cell className="max-w-0 max-sm:max-w-none sm:w-[28%]">
                <Link href={scheduleHref(schedule.name)} prefetch={false} className="block truncate font-medium hover:underline">
                  {name}
                </Link>
                {schedule.builtIn ? (
                  schedule.adjusted ? (
                    <span className="text-ink-soft text-xs">{t('adjusted')}</span>
                  ) : null
                ) : (
                  <span className="text-ink-soft text-xs">{t('own')}</span>
                )}
              </Cell>
              <Cell className="whitespace-normal! py-2 text-[13px] max-sm:col-start-1 max-sm:py-0 max-sm:text-ink-soft">
                {timing(schedule)}
              </Cell>
              <Cell className="figures text-[13px] max-sm:col-start-1">
                {schedule.pausedAt ? (
                  <Pill>{t('paused')}</Pill>
                ) : schedule.nextRunAt ? (
                  <time dateTime={schedule.nextRunAt} title={format.moment(Date.parse(schedule.nextRunAt))}>
                    {words.next(schedule.nextRunAt, now)}
                  </time>
                ) : (
                  <span className="text-ink-soft">{t('noNext')}</span>
                )}
              </Cell>
              <Cell className="max-sm:col-start-1">
                {lastRun ? (
                  <span className="flex items-center gap-2">
                    {lastRun.job ? (
                      <Link href={jobHref(lastRun.job.id)} prefetch={false}>
                        <RunState run={lastRun} />
                      </Link>
                    ) : (
                      <RunState run={lastRun} />
                    )}
                    <span className="text-ink-soft text-xs">
                      <RelativeTime at={lastRun.at} />
                    </span>
                  </span>
                ) : (
                  <span className="text-ink-soft text-[13px]">{t('never')}</span>
                )}
              </Cell>
              <Cell className="max-sm:col-start-2 max-sm:row-span-4 max-sm:row-start-1">
                <span className="flex items-center justify-end gap-3 max-sm:flex-col-reverse">
                  <Button
                    size="small"
                    aria-label={t('runNowNamed', { name })}
                    pending={pending === `run ${schedule.name}` || running}
                    onClick={() => void runNow(schedule)}
                  >
                    {pending === `run ${schedule.name}` || running ? null : <Play aria-hidden />}
                    {t('runNow')}
                  </Button>
                  <Switch
                    label={t('active', { name })}
                    on={!schedule.pausedAt}
                    pending={pending === `pause ${schedule.name}`}
                    onChange={(on) => setPaused(schedule, !on)}
                  />
                </span>
              </Cell>
            </Row>
          )
        })}
      </tbody>
    </Table>
  )
}
