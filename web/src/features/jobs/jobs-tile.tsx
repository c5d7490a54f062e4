'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { Card } from '../../ui/card'
import { Skeleton } from '../../ui/skeleton'
import { JobWords } from './job-words'
import { endedFilter, lastEnded, topJobs } from './top-jobs'
import { TrayRow } from './tray-row'
import { useJobs, useOpenJobs } from './use-jobs'

/** Rows in all: the tile has the height of its neighbours. */
const SHOWN = 4
/** They are listed by their beginning: one that took long may have ended after many that began later. */
const LOOKED_AT = 40

/** What runs now, and below it what ended last. */
export function JobsTile({ className }: { className?: string }) {
  return (
    <JobWords waiting={<Skeleton className="h-40 rounded-card!" />}>
      <Tile {...(className ? { className } : {})} />
    </JobWords>
  )
}

function Tile({ className }: { className?: string }) {
  const t = useTranslations('jobs.tile')
  const now = useOpenJobs()
  const { state: past, feed } = useJobs(endedFilter, LOOKED_AT)
  const open = topJobs(now.window.rows).slice(0, SHOWN)
  const ended = lastEnded(past.window.rows, SHOWN - open.length)
  return (
    <Card
      title={t('title')}
      {...(className ? { className } : {})}
      aside={
        <Link href="/jobs" className="font-medium text-accent text-xs underline-offset-4 hover:underline">
          {t('all')}
        </Link>
      }
    >
      {past.error ? (
        <FailureState error={past.error} onRetry={feed.retry} />
      ) : !past.ready || !now.ready ? (
        <Skeleton className="mt-3 h-24" />
      ) : (
        <>
          {open.length === 0 ? <p className="mt-2 text-ink-soft">{t('nothing')}</p> : null}
          <ul className="mt-1 grid gap-1">
            {open.map((job) => (
              <TrayRow key={job.id} job={job} />
            ))}
          </ul>
          {ended.length > 0 ? (
            <>
              <h3 className="mt-2 border-line border-t pt-2 text-ink-soft text-xs">{t('last')}</h3>
              <ul className="grid gap-1">
                {ended.map((job) => (
                  <TrayRow key={job.id} job={job} />
                ))}
              </ul>
            </>
          ) : null}
        </>
      )}
    </Card>
  )
}
