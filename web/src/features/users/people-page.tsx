'use client'

import { Lock } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { lazy, Suspense } from 'react'
import { useTranslations } from 'use-intl'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { SectionNav } from '../../ui/section-nav'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { PeopleSection } from './people-section'
import { PeopleWords } from './people-words'

const GroupsSection = lazy(async () => ({ default: (await import('./groups-section')).GroupsSection }))
const InvitationsSection = lazy(async () => ({ default: (await import('./invitations-section')).InvitationsSection }))
const sections = { people: PeopleSection, groups: GroupsSection, invitations: InvitationsSection } as const

/** Who has an account, who belongs together, who is invited. For administrators. */
export function PeoplePage() {
  const errors = useTranslations('errors')
  const me = useMe()
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <PeopleWords>
      <Sections />
    </PeopleWords>
  )
}

function Sections() {
  const t = useTranslations('people')
  const wanted = useSearchParams().get('tab')
  const shown = wanted === 'groups' || wanted === 'invitations' ? wanted : 'people'
  const Section = sections[shown]
  return (
    <>
      <PageHeader title={t('title')} />
      <SectionNav
        label={t('sections')}
        shown={shown}
        links={(['people', 'groups', 'invitations'] as const).map((id) => ({
          id,
          href: id === 'people' ? '/people' : `/people?tab=${id}`,
          label: t(`section.${id}`),
        }))}
      />
      <Suspense key={shown} fallback={<Skeleton className="h-64 rounded-card!" />}>
        <Section />
      </Suspense>
    </>
  )
}
