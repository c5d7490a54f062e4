'use client'

import { lazy, Suspense, useSyncExternalStore } from 'react'
import { isConfirmationAsked, watchConfirmation } from './confirmation-request'

const ConfirmIdentityDialog = lazy(async () => ({ default: (await import('./confirm-identity-dialog')).ConfirmIdentityDialog }))

/** Where the question who is there appears, over whatever page asked it. Stands once in the shell. */
export function ConfirmationHost() {
  const asked = useSyncExternalStore(watchConfirmation, isConfirmationAsked, () => false)
  if (!asked) return null
  return (
    <Suspense fallback={null}>
      <ConfirmIdentityDialog />
    </Suspense>
  )
}
