'use client'

import { useTranslations } from 'use-intl'
import { useDocumentTitle } from '../../ui/page-header'
import { EntryFrame } from './entry-frame'
import { EntryState } from './entry-state'
import { SignInForm } from './sign-in-form'

export function SignIn() {
  const t = useTranslations('auth')
  useDocumentTitle(t('signInTitle'))
  return (
    <EntryFrame title={t('signInTitle')}>
      <EntryState page="sign-in">
        <SignInForm />
      </EntryState>
    </EntryFrame>
  )
}
