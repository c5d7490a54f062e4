'use client'

import { Lock } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { StorageTabs } from '../raid/storage-tabs'
import { DamageTable } from './damage-table'
import { IntegrityState } from './integrity-state'
import { IntegrityWords } from './integrity-words'
import { SettleDialog, type Wish } from './settle-dialog'
import { useIntegrity } from './use-integrity'

/** Whether files still are what they were, and what is to happen to those that are not. */
export function IntegrityPage() {
  const errors = useTranslations('errors')
  const me = useMe()
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <IntegrityWords>
      <Whole />
    </IntegrityWords>
  )
}

function Whole() {
  const t = useTranslations('integrity')
  const { error, integrity, refetch } = useIntegrity()
  const [wish, setWish] = useState<Wish | null>(null)
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <StorageTabs shown="integrity" />
      {integrity ? (
        <div className="grid gap-6">
          <IntegrityState integrity={integrity} />
          <DamageTable damages={integrity.damages} onWish={setWish} />
        </div>
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
      ) : (
        <Skeleton className="h-64 rounded-card!" />
      )}
      {wish ? <SettleDialog wish={wish} onClose={() => setWish(null)} /> : null}
    </>
  )
}
