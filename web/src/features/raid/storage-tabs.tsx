'use client'

import { useTranslations } from 'use-intl'
import { SectionNav } from '../../ui/section-nav'
import { useMe } from '../auth/session'

/** Between the disks and the files on them; for administrators, who alone see both. */
export function StorageTabs({ shown }: { shown: 'arrays' | 'integrity' }) {
  const t = useTranslations('storage')
  if (useMe().role !== 'ADMIN') return null
  return (
    <SectionNav
      label={t('title')}
      shown={shown}
      links={[
        { id: 'arrays', href: '/storage', label: t('tab.arrays') },
        { id: 'integrity', href: '/storage/integrity', label: t('tab.integrity') },
      ]}
    />
  )
}
