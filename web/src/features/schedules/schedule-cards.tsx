'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { Card } from '../../ui/card'
import { RunState } from './run-state'
import { didFail, type Schedule, scheduleHref } from './schedule'
import { useScheduleWords } from './use-schedule-words'

const SHOWN = 4
const DAY_MS = 86_400_000

/** What runs within a day, and what did not work. */
export function ScheduleCards({ schedules }: { schedules: readonly Schedule[] }) {
  const t = useTranslations('schedules.card')
  const format = useFormat()
  const words = useScheduleWords()
  const now = useNow(10_000)
  const soon = schedules
    .flatMap((schedule) => (schedule.nextRunAt ? [{ schedule, at: Date.parse(schedule.nextRunAt) }] : []))
    .filter(({ at }) => at < now + DAY_MS)
    .sort((a, b) => a.at - b.at)
  const failing = schedules.filter(didFail)
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title={t('soon')}>
        {soon.length === 0 ? <p className="mt-2 text-ink-soft">{t('soonNone')}</p> : null}
        <ul className="mt-2 grid gap-1">
          {soon.slice(0, SHOWN).map(({ schedule, at }) => (
            <Line key={schedule.name} schedule={schedule}>
              <time dateTime={new Date(at).toISOString()} title={format.moment(at)} className="figures shrink-0 text-ink-soft text-xs">
                <span className="max-sm:hidden">{format.moment(at)} · </span>
                {words.next(new Date(at).toISOString(), now)}
              </time>
            </Line>
          ))}
        </ul>
      </Card>
      <Card title={t('failing')}>
        {failing.length === 0 ? <p className="mt-2 text-ink-soft">{t('failingNone')}</p> : null}
        <ul className="mt-2 grid gap-1">
          {failing.slice(0, SHOWN).map((schedule) => (
            <Line key={schedule.name} schedule={schedule}>
              {schedule.lastRun ? <RunState run={schedule.lastRun} /> : null}
            </Line>
          ))}
        </ul>
      </Card>
    </div>
  )
}

function Line({ schedule, children }: { schedule: Schedule; children: ReactNode }) {
  const words = useScheduleWords()
  return (
    <li className="flex min-h-8 flex-wrap items-center gap-x-3">
      <Link href={scheduleHref(schedule.name)} prefetch={false} className="min-w-0 flex-1 truncate font-medium hover:underline">
        {words.title(schedule)}
      </Link>
      {children}
    </li>
  )
}
