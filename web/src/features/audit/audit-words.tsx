'use client'

import type { ReactNode } from 'react'
import { audit } from '../../messages/en/audit'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'

const loadGerman = async () => (await import('../../messages/de/audit')).audit

/** The words of this page come with it, and with no other. */
export function AuditWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="audit" english={audit} loadGerman={loadGerman} waiting={<Skeleton className="h-64 rounded-card!" />}>
      {children}
    </WithPageWords>
  )
}
