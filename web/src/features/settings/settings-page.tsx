'use client'

import { Lock } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { Suspense } from 'react'
import { useTranslations } from 'use-intl'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { SectionNav } from '../../ui/section-nav'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { sections } from './sections'
import { useSettingsLinks } from './use-settings-links'

/** What administrators adjust: one section at a time, named in the address. */
export function SettingsPage() {
  const t = useTranslations('settings')
  const errors = useTranslations('errors')
  const me = useMe()
  const links = useSettingsLinks()
  const wanted = useSearchParams().get('section')
  const shown = sections.find(({ id }) => id === wanted) ?? sections[0]
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <SectionNav label={t('sections')} shown={shown?.id} links={links} />
      {shown ? (
        <Suspense key={shown.id} fallback={<Skeleton className="h-64 rounded-card!" />}>
          <shown.Section />
        </Suspense>
      ) : null}
    </>
  )
}
