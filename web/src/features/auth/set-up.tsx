'use client'

import { useTranslations } from 'use-intl'
import { useDocumentTitle } from '../../ui/page-header'
import { EntryFrame } from './entry-frame'
import { EntryState } from './entry-state'
import { SetupForm } from './setup-form'
import { useTokenOfLink } from './token-of-link'

export function SetUp() {
  const t = useTranslations('auth')
  useDocumentTitle(t('setupTitle'))
  const token = useTokenOfLink()
  return (
    <EntryFrame title={t('setupTitle')} lead={t('setupLead')}>
      <EntryState page="setup">
        <SetupForm token={token} />
      </EntryState>
    </EntryFrame>
  )
}
