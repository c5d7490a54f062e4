'use client'

import { useSearchParams } from 'next/navigation'
import { Suspense } from 'react'
import { useTranslations } from 'use-intl'
import { PageHeader } from '../../ui/page-header'
import { SectionNav } from '../../ui/section-nav'
import { Skeleton } from '../../ui/skeleton'
import { ProfileWords } from './profile-words'
import { sections } from './sections'

/** One's own account: one section at a time, named in the address. */
export function ProfilePage() {
  return (
    <ProfileWords>
      <ProfileSections />
    </ProfileWords>
  )
}

function ProfileSections() {
  const t = useTranslations('profile')
  const wanted = useSearchParams().get('section')
  const shown = sections.find(({ id }) => id === wanted) ?? sections[0]
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <SectionNav
        label={t('sections')}
        shown={shown?.id}
        links={sections.map(({ id, label }) => ({ id, href: `/profile?section=${id}`, label: t(`section.${label}`) }))}
      />
      {shown ? (
        <Suspense key={shown.id} fallback={<Skeleton className="h-64 rounded-card!" />}>
          <shown.Section />
        </Suspense>
      ) : null}
    </>
  )
}
