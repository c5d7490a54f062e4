'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useDocumentTitle } from '../../ui/page-header'
import { EntryFrame } from './entry-frame'
import { EntryState } from './entry-state'
import { SetupForm } from './setup-form'

export function SetUp() {
  const t = useTranslations('auth')
  useDocumentTitle(t('setupTitle'))
  const [token] = useState(() => new URLSearchParams(window.location.search).get('token') ?? '')
  return (
    <EntryFrame title={t('setupTitle')} lead={t('setupLead')}>
      <EntryState page="setup">
        <SetupForm token={token} />
      </EntryState>
    </EntryFrame>
  )
}
