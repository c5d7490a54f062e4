'use client'

import { Lock } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { lazy, Suspense, useMemo } from 'react'
import { useTranslations } from 'use-intl'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { SectionNav } from '../../ui/section-nav'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { useSettingsLinks } from '../settings/use-settings-links'
import { TableList } from './table-list'
import { TablesWords } from './tables-words'
import { parseWanted } from './wanted'

const TableView = lazy(async () => ({ default: (await import('./table-view')).TableView }))

/** What the server keeps in its own database: all tables, or one of them; which stands in the address. */
export function TablesPage() {
  const errors = useTranslations('errors')
  const me = useMe()
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <TablesWords>
      <Tables />
    </TablesWords>
  )
}

function Tables() {
  const t = useTranslations('tables')
  const settings = useTranslations('settings')
  const links = useSettingsLinks()
  const search = useSearchParams()
  const wanted = useMemo(() => parseWanted(new URLSearchParams(search)), [search])
  if (wanted.table)
    return (
      <Suspense fallback={<Skeleton className="h-96 rounded-card!" />}>
        <TableView key={wanted.table} wanted={wanted} />
      </Suspense>
    )
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <SectionNav label={settings('sections')} shown="database" links={links} />
      <TableList />
    </>
  )
}
