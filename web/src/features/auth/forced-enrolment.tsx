'use client'

import { lazy, Suspense } from 'react'
import { useTranslations } from 'use-intl'
import { Skeleton } from '../../ui/skeleton'
import { ConfirmationHost } from './confirmation-host'
import { EntryFrame } from './entry-frame'
import { EntryState } from './entry-state'

const Choices = lazy(async () => ({ default: (await import('./forced-enrolment-choices')).ForcedEnrolmentChoices }))

/** Where those are led whose role must have a second factor, and who have none yet. */
export function ForcedEnrolment() {
  const t = useTranslations('auth')
  return (
    <EntryFrame title={t('enrolTitle')} lead={t('enrolLead')}>
      <EntryState page="enrol">
        <Suspense fallback={<Skeleton className="h-64" />}>
          <Choices />
        </Suspense>
      </EntryState>
      <ConfirmationHost />
    </EntryFrame>
  )
}
