'use client'

import { useRouter, useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { addressOf, countOf, graphFilter, parseWanted, type Wanted } from './filter'
import { JobFilters } from './job-filters'
import { jobHref } from './job-line'
import { JobList } from './job-list'
import { JobWords } from './job-words'
import { JobsTabs } from './jobs-tabs'
import { useJobs } from './use-jobs'

/** All work that goes on by itself: one's own, for administrators everybody's. */
export function JobsPage() {
  return (
    <JobWords waiting={<Skeleton className="h-64 rounded-card!" />}>
      <Jobs />
    </JobWords>
  )
}

function Jobs() {
  const t = useTranslations('jobs')
  const router = useRouter()
  const me = useMe()
  const search = useSearchParams()
  const wanted = useMemo(() => parseWanted(new URLSearchParams(search)), [search])
  const filter = useMemo(() => graphFilter(wanted, me.id), [wanted, me.id])
  const { feed, state } = useJobs(filter)
  const go = (next: Partial<Wanted>) => window.history.pushState(null, '', addressOf({ ...wanted, ...next }))
  return (
    <>
      <PageHeader
        title={t('title')}
        action={state.total === null ? null : <p className="figures text-[13px] text-ink-soft">{t('total', { count: state.total })}</p>}
      >
        {t('lead')}
      </PageHeader>
      <JobsTabs shown="jobs" />
      <div className="grid gap-3">
        <JobFilters wanted={wanted} onChange={go} />
        <JobList
          feed={feed}
          state={state}
          filtered={countOf(wanted) > 0}
          onOpen={(id) => router.push(jobHref(id))}
          onClear={() => window.history.pushState(null, '', '/jobs')}
        />
      </div>
    </>
  )
}
