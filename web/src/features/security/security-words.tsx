'use client'

import type { ReactNode } from 'react'
import { security } from '../../messages/en/security'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'

const loadGerman = async () => (await import('../../messages/de/security')).security

/** The words of this page come with it, and with no other. */
export function SecurityWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="security" english={security} loadGerman={loadGerman} waiting={<Skeleton className="h-64 rounded-card!" />}>
      {children}
    </WithPageWords>
  )
}
