'use client'

import { useQuery, useSubscription } from '@apollo/client/react'
import { lazy, Suspense } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { useDocumentTitle } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { ArraysTile } from '../raid/arrays-tile'
import { MachineLine } from '../server/machine-line'
import { AsOf } from '../shell/as-of'
import { LiveTiles } from '../telemetry/live-tiles'
import { SpaceTile } from './space-tile'
import { StateSentence } from './state-sentence'

const JobsTile = lazy(async () => ({ default: (await import('../jobs/jobs-tile')).JobsTile }))

export const OverviewDocument = graphql(`
  query Overview {
    storage {
      ...StateSentence_storage
      ...SpaceTile_storage
    }
    server {
      ...MachineLine_server
    }
  }
`)

/** Apart from the rest: where arrays cannot be read, the files and the machine still can. */
export const OverviewArraysDocument = graphql(`
  query OverviewArrays {
    raidArrays {
      name
      ...StateSentence_array
      ...ArraysTile_array
    }
  }
`)

/** For administrators alone: the others would be refused. */
export const OverviewServicesDocument = graphql(`
  query OverviewServices {
    services {
      id
      ...StateSentence_service
    }
  }
`)

export const OverviewServiceChangedDocument = graphql(`
  subscription OverviewServiceChanged {
    serviceChanged {
      id
      ...StateSentence_service
    }
  }
`)

export function Overview() {
  const t = useTranslations('overview')
  const textOf = useFailureText()
  const overview = useQuery(OverviewDocument)
  const arrays = useQuery(OverviewArraysDocument)
  const skip = useMe().role !== 'ADMIN'
  const services = useQuery(OverviewServicesDocument, { skip })
  useSubscription(OverviewServiceChangedDocument, { skip })
  useDocumentTitle(t('title'))
  const known = arrays.data?.raidArrays ?? []
  // The sentence waits for all: "everything is fine" must not be said before arrays and services were looked at.
  const settled = overview.data && (arrays.data || arrays.error) && (skip || services.data || services.error)

  return (
    <div className="grid gap-6">
      <header className="flex min-h-14 flex-wrap items-end justify-between gap-x-8 gap-y-2">
        {settled && overview.data ? (
          <>
            <StateSentence storage={overview.data.storage} arrays={known} services={services.data?.services ?? []} />
            <div className="grid justify-items-start sm:justify-items-end">
              <MachineLine server={overview.data.server} />
              <AsOf />
            </div>
          </>
        ) : overview.error ? (
          <>
            <h1 className="sr-only">{t('title')}</h1>
            <FailureState error={overview.error} onRetry={() => void overview.refetch().catch(() => {})} />
          </>
        ) : (
          <>
            <h1 className="sr-only">{t('title')}</h1>
            <Skeleton className="h-9 w-96 max-w-full" />
          </>
        )}
      </header>
      <LiveTiles />
      <div className="grid gap-4 lg:grid-cols-2 xl:grid-cols-3">
        {overview.data ? (
          <SpaceTile storage={overview.data.storage} />
        ) : overview.error ? null : (
          <Skeleton className="h-40 rounded-card!" />
        )}
        {arrays.data || arrays.error ? (
          <ArraysTile arrays={known}>
            {arrays.error && !arrays.data ? (
              <p className="mt-2 text-ink-soft">
                {readFailure(arrays.error).code === 'UNAVAILABLE' ? t('noDriver') : textOf(readFailure(arrays.error))}
              </p>
            ) : null}
          </ArraysTile>
        ) : (
          <Skeleton className="h-40 rounded-card!" />
        )}
        <Suspense fallback={<Skeleton className="h-40 rounded-card!" />}>
          <JobsTile className="lg:max-xl:col-span-2" />
        </Suspense>
      </div>
    </div>
  )
}
