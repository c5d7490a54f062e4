import { useTranslations } from 'use-intl'
import type { SectionLink } from '../../ui/section-nav'
import { sections } from './sections'

/** The sections of the settings, and the pages that have an address of their own beside them. */
export function useSettingsLinks(): SectionLink[] {
  const t = useTranslations('settings.section')
  return [
    ...sections.map(({ id, label }) => ({ id, href: `/settings?section=${id}`, label: t(label) })),
    { id: 'database', href: '/settings/database', label: t('database') },
  ]
}
