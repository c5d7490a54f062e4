'use client'

import type { ReactNode } from 'react'
import { profile } from '../../messages/en/profile'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'

const loadGerman = async () => (await import('../../messages/de/profile')).profile

/** The words of this page come with it, and with no other. */
export function ProfileWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="profile" english={profile} loadGerman={loadGerman} waiting={<Skeleton className="h-64 rounded-card!" />}>
      {children}
    </WithPageWords>
  )
}
