'use client'

import { useTranslations } from 'use-intl'
import { PageHeader } from '../../ui/page-header'

export function Overview() {
  const t = useTranslations('overview')
  return <PageHeader title={t('title')} />
}
