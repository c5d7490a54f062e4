'use client'

import { Lock, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { Button } from '../../ui/button'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { useIdlePreload } from '../../ui/use-idle-preload'
import { useMe } from '../auth/session'
import { JobsTabs } from '../jobs/jobs-tabs'
import { ScheduleCards } from './schedule-cards'
import { ScheduleTable } from './schedule-table'
import { ScheduleWords } from './schedule-words'
import { useSchedules } from './use-schedules'

const loadEditor = async () => ({ default: (await import('./schedule-editor')).ScheduleEditor })
const ScheduleEditor = lazy(loadEditor)
const Timeline = lazy(async () => ({ default: (await import('./timeline')).Timeline }))

/** What the server does by itself, and when. For administrators. */
export function SchedulesPage() {
  const errors = useTranslations('errors')
  const me = useMe()
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <ScheduleWords>
      <Schedules />
    </ScheduleWords>
  )
}

function Schedules() {
  const t = useTranslations('schedules')
  const { schedules, error, retry, changes } = useSchedules()
  const [creating, setCreating] = useState(false)
  useIdlePreload(loadEditor)
  return (
    <>
      <PageHeader
        title={t('title')}
        action={
          <Button look="primary" onClick={() => setCreating(true)}>
            <Plus aria-hidden />
            {t('create')}
          </Button>
        }
      >
        {t('lead')}
      </PageHeader>
      <JobsTabs shown="schedules" />
      {schedules ? (
        <div className="grid min-w-0 grid-cols-[minmax(0,1fr)] gap-4">
          <ScheduleCards schedules={schedules} changes={changes} />
          <ScheduleTable schedules={schedules} />
          <Suspense fallback={<Skeleton className="h-80 rounded-card!" />}>
            <Timeline schedules={schedules} changes={changes} />
          </Suspense>
        </div>
      ) : error ? (
        <FailureState error={error} onRetry={retry} />
      ) : (
        <Skeleton className="h-96 rounded-card!" />
      )}
      {creating ? (
        <Suspense fallback={null}>
          <ScheduleEditor schedule={null} onClose={() => setCreating(false)} />
        </Suspense>
      ) : null}
    </>
  )
}
