'use client'

import { ChevronLeft, Lock, Pause, Pencil, Play, SearchX, Trash2 } from 'lucide-react'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { FailureState } from '../../graphql/failure-state'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { Pill } from '../../ui/pill'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { isOpen } from '../jobs/job-line'
import { RunHistory } from './run-history'
import type { Schedule } from './schedule'
import { ScheduleFacts } from './schedule-facts'
import { ScheduleWords } from './schedule-words'
import { useRuns } from './use-runs'
import { useSchedule } from './use-schedule'
import { useScheduleActions } from './use-schedule-actions'
import { useScheduleWords } from './use-schedule-words'

const ScheduleEditor = lazy(async () => ({ default: (await import('./schedule-editor')).ScheduleEditor }))
const DeleteScheduleDialog = lazy(async () => ({ default: (await import('./delete-schedule-dialog')).DeleteScheduleDialog }))

/** One schedule: its rules, its next times, what became of the others. */
export function SchedulePage() {
  const errors = useTranslations('errors')
  const me = useMe()
  const name = useSearchParams().get('name') ?? ''
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <ScheduleWords>
      <Found key={name} name={name} />
    </ScheduleWords>
  )
}

function Found({ name }: { name: string }) {
  const t = useTranslations('schedules.detail')
  const { schedule, error, refetch, changes } = useSchedule(name)
  return (
    <>
      <Link href="/jobs/schedules" className="mb-3 inline-flex items-center gap-1 text-[13px] text-ink-soft hover:text-ink">
        <ChevronLeft aria-hidden className="size-4" />
        {t('back')}
      </Link>
      {schedule ? (
        <Shown schedule={schedule} changes={changes} />
      ) : schedule === null ? (
        <ErrorState icon={SearchX} heading="h1" title={t('gone')} message={t('goneBody')} />
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
      ) : (
        <Skeleton className="h-64 rounded-card!" />
      )}
    </>
  )
}

function Shown({ schedule, changes }: { schedule: Schedule; changes: number }) {
  const t = useTranslations('schedules')
  const format = useFormat()
  const words = useScheduleWords()
  const now = useNow(1_000)
  const { pending, setPaused, runNow } = useScheduleActions()
  const { runs, error, retry, loadMore } = useRuns(schedule.name, changes)
  const [dialog, setDialog] = useState<'edit' | 'delete' | null>(null)
  const paused = schedule.pausedAt !== null
  const running = runs?.rows.some(({ job }) => job !== null && isOpen(job)) ?? false
  return (
    <>
      <PageHeader
        title={words.title(schedule)}
        action={
          <div className="flex flex-wrap gap-2">
            <Button look="primary" pending={pending === `run ${schedule.name}` || running} onClick={() => void runNow(schedule)}>
              {pending === `run ${schedule.name}` || running ? null : <Play aria-hidden />}
              {t('runNow')}
            </Button>
            <Button pending={pending === `pause ${schedule.name}`} onClick={() => setPaused(schedule, !paused)}>
              {paused ? <Play aria-hidden /> : <Pause aria-hidden />}
              {paused ? t('detail.resume') : t('detail.pause')}
            </Button>
            <Button onClick={() => setDialog('edit')}>
              <Pencil aria-hidden />
              {t('detail.edit')}
            </Button>
            {schedule.builtIn ? null : (
              <Button onClick={() => setDialog('delete')}>
                <Trash2 aria-hidden />
                {t('detail.remove')}
              </Button>
            )}
          </div>
        }
      >
        <div className="figures mt-1 flex flex-wrap items-center gap-2 text-[13px]" role="status">
          {paused ? (
            <Pill>{schedule.pausedByName ? t('pausedBy', { name: schedule.pausedByName }) : t('paused')}</Pill>
          ) : schedule.nextRunAt ? (
            <>
              {format.moment(Date.parse(schedule.nextRunAt))}
              <span aria-hidden className="text-ink-soft">
                {words.next(schedule.nextRunAt, now)}
              </span>
            </>
          ) : (
            t('noNext')
          )}
        </div>
      </PageHeader>
      <div className="grid items-start gap-4 lg:grid-cols-[minmax(0,1fr)_24rem]">
        <div className="min-w-0">
          {runs ? (
            <RunHistory runs={runs.rows} hasMore={runs.next !== null} onMore={loadMore} />
          ) : error ? (
            <FailureState error={error} onRetry={retry} />
          ) : (
            <Skeleton className="h-64 rounded-card!" />
          )}
        </div>
        <div className="grid min-w-0 gap-4">
          <Card title={t('detail.next')}>
            {paused ? <p className="mt-2 text-ink-soft">{t('detail.nextNone')}</p> : null}
            <ol className="figures mt-2 grid gap-1 text-[13px]">
              {(runs?.coming ?? []).map((at) => (
                <li key={at}>{format.moment(Date.parse(at))}</li>
              ))}
            </ol>
          </Card>
          <ScheduleFacts schedule={schedule} />
        </div>
      </div>
      <Suspense fallback={null}>
        {dialog === 'edit' ? <ScheduleEditor schedule={schedule} onClose={() => setDialog(null)} /> : null}
        {dialog === 'delete' ? <DeleteScheduleDialog schedule={schedule} onClose={() => setDialog(null)} /> : null}
      </Suspense>
    </>
  )
}
