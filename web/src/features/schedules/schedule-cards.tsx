'use client'

import Link from 'next/link'
import { type ReactNode, useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { FailureState } from '../../graphql/failure-state'
import { Card } from '../../ui/card'
import { Skeleton } from '../../ui/skeleton'
import { FewLines } from './few-lines'
import { nightEnd } from './night'
import { RunState } from './run-state'
import { didFail, type Schedule, scheduleHref } from './schedule'
import { useScheduleWords } from './use-schedule-words'
import { useTimeline } from './use-timeline'

/** What runs in the coming night, and what did not work. */
export function ScheduleCards({ schedules, changes }: { schedules: readonly Schedule[]; changes: number }) {
  const t = useTranslations('schedules.card')
  const failing = schedules.filter(didFail)
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Night schedules={schedules} changes={changes} />
      <Card title={t('failing')} aside={failing.length > 0 ? <Total>{failing.length}</Total> : null}>
        {failing.length === 0 ? <p className="mt-2 text-ink-soft">{t('failingNone')}</p> : null}
        <FewLines
          lines={failing.map((schedule) => (
            <Line key={schedule.name} name={schedule.name} schedule={schedule}>
              {schedule.lastRun ? <RunState run={schedule.lastRun} /> : null}
            </Line>
          ))}
        />
      </Card>
    </div>
  )
}

/** Every run, not only the next one of each schedule. */
function Night({ schedules, changes }: { schedules: readonly Schedule[]; changes: number }) {
  const t = useTranslations('schedules.card')
  const format = useFormat()
  const words = useScheduleWords()
  const now = useNow(10_000)
  const to = nightEnd(now)
  // From when it was first shown: what starts meanwhile is news, and read anew.
  const night = useMemo(() => ({ from: Date.now(), to }), [to])
  const { data, error, retry } = useTimeline(night, changes)
  const known = new Map(schedules.map((schedule) => [schedule.name, schedule]))
  const coming = data?.coming ?? []
  const until = format.moment(to)
  return (
    <Card
      title={t('night')}
      aside={data ? <Total>{t(data.truncated ? 'totalMoreThan' : 'total', { count: coming.length, until })}</Total> : null}
    >
      {data ? (
        <>
          {coming.length === 0 ? <p className="mt-2 text-ink-soft">{t('nightNone')}</p> : null}
          <FewLines
            truncated={data.truncated}
            lines={coming.map(({ scheduleName, startsAt }) => (
              <Line key={`${scheduleName} ${startsAt}`} name={scheduleName} schedule={known.get(scheduleName)}>
                <time dateTime={startsAt} title={format.moment(Date.parse(startsAt))} className="figures shrink-0 text-ink-soft text-xs">
                  <span className="max-sm:hidden">{format.moment(Date.parse(startsAt))} · </span>
                  {words.next(startsAt, now)}
                </time>
              </Line>
            ))}
          />
        </>
      ) : error ? (
        <FailureState error={error} onRetry={retry} />
      ) : (
        <Skeleton className="mt-2 h-32" />
      )}
    </Card>
  )
}

function Total({ children }: { children: ReactNode }) {
  return <span className="figures shrink-0 text-ink-soft text-xs">{children}</span>
}

function Line({ name, schedule, children }: { name: string; schedule: Schedule | undefined; children: ReactNode }) {
  const words = useScheduleWords()
  return (
    <li className="flex min-h-8 flex-wrap items-center gap-x-3">
      <Link href={scheduleHref(name)} prefetch={false} className="min-w-0 flex-1 truncate font-medium hover:underline">
        {schedule ? words.title(schedule) : name}
      </Link>
      {children}
    </li>
  )
}
