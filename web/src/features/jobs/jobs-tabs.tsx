'use client'

import { useTranslations } from 'use-intl'
import { SectionNav } from '../../ui/section-nav'
import { useMe } from '../auth/session'

/** Between jobs and what starts them by itself; for administrators, who alone see both. */
export function JobsTabs({ shown }: { shown: 'jobs' | 'schedules' }) {
  const t = useTranslations('jobs')
  if (useMe().role !== 'ADMIN') return null
  return (
    <SectionNav
      label={t('tabs')}
      shown={shown}
      links={[
        { id: 'jobs', href: '/jobs', label: t('tab.jobs') },
        { id: 'schedules', href: '/jobs/schedules', label: t('tab.schedules') },
      ]}
    />
  )
}
