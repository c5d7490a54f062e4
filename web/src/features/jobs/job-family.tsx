'use client'

import { useQuery } from '@apollo/client/react'
import { CornerDownRight } from 'lucide-react'
import Link from 'next/link'
import { useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { type JobLine, jobHref } from './job-line'
import { JobProgress } from './job-progress'
import { StateIcon } from './state-pill'
import { useJobWords } from './use-job-words'
import { useJobs } from './use-jobs'

export const ParentJobDocument = graphql(`
  query ParentJob($id: ID!) {
    job(id: $id) {
      ...JobLine_job @unmask
    }
  }
`)

/** The job of which it is a part, and its own parts as they go on. Nothing when it stands alone. */
export function JobFamily({ job }: { job: JobLine }) {
  const t = useTranslations('jobs.family')
  const filter = useMemo(() => ({ parentId: job.id }), [job.id])
  const { feed, state } = useJobs(filter)
  const parent = useQuery(ParentJobDocument, {
    variables: { id: job.parentId ?? '' },
    skip: job.parentId === null,
    fetchPolicy: 'no-cache',
  }).data?.job
  // The list is newest first; parts are told in the order in which they were started.
  const parts = [...state.window.waiting, ...state.window.rows].reverse()
  if (!parent && parts.length === 0) return null
  return (
    <Card title={t('title')}>
      <ul className="mt-2 grid gap-1">
        {parent ? (
          <li>
            <p className="text-ink-soft text-xs">{t('parent')}</p>
            <Member job={parent} />
          </li>
        ) : null}
        {parts.length > 0 ? <li className="text-ink-soft text-xs">{t('parts', { count: state.total ?? parts.length })}</li> : null}
        {parts.map((part) => (
          <li key={part.id} className="flex items-start gap-2">
            <CornerDownRight aria-hidden className="mt-2.5 size-4 shrink-0 text-ink-soft" />
            <Member job={part} />
          </li>
        ))}
      </ul>
      {state.window.next === null ? null : (
        <Button size="small" className="mt-2" pending={state.loading} onClick={feed.loadMore}>
          {t('more')}
        </Button>
      )}
    </Card>
  )
}

function Member({ job }: { job: JobLine }) {
  const words = useJobWords()
  return (
    <Link
      href={jobHref(job.id)}
      prefetch={false}
      className="-mx-2 grid min-w-0 flex-1 gap-1 rounded-control px-2 py-1.5 transition-colors hover:bg-hover"
    >
      <span className="flex min-w-0 items-center gap-2">
        <StateIcon job={job} />
        <span className="truncate">{words.name(job)}</span>
      </span>
      {job.state === 'RUNNING' ? <JobProgress job={job} brief className="pl-6" /> : null}
    </Link>
  )
}
