'use client'

import { useQuery } from '@apollo/client/react'
import { HardDrive } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { EmptyState } from '../../ui/empty-state'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { AsOf } from '../shell/as-of'
import { ArrayCard } from './array-card'
import { NoDriver } from './no-driver'
import { StorageTabs } from './storage-tabs'

export const StorageDocument = graphql(`
  query Storage {
    raidArrays {
      name
      ...ArrayCard_array
    }
  }
`)

export function StoragePage() {
  const t = useTranslations('storage')
  const { data, error, refetch } = useQuery(StorageDocument)
  const retry = () => void refetch().catch(() => {})
  return (
    <>
      <PageHeader title={t('title')} action={<AsOf />}>
        {t('lead')}
      </PageHeader>
      <StorageTabs shown="arrays" />
      {data ? (
        data.raidArrays.length === 0 ? (
          <EmptyState icon={HardDrive} title={t('emptyTitle')}>
            <p>{t('emptyBody')}</p>
            <p>{t('emptyNext')}</p>
          </EmptyState>
        ) : (
          <div className="grid gap-4 2xl:grid-cols-2">
            {data.raidArrays.map((array) => (
              <ArrayCard key={array.name} array={array} />
            ))}
          </div>
        )
      ) : error && readFailure(error).code === 'UNAVAILABLE' ? (
        <NoDriver onRetry={retry} />
      ) : error ? (
        <FailureState error={error} onRetry={retry} />
      ) : (
        <Skeleton className="h-64 rounded-card!" />
      )}
    </>
  )
}
