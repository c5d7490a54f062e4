'use client'

import type { ReactNode } from 'react'
import { services } from '../../messages/en/services'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'

const loadGerman = async () => (await import('../../messages/de/services')).services

/** The words of this page come with it, and with no other. */
export function ServicesWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="services" english={services} loadGerman={loadGerman} waiting={<Skeleton className="h-64 rounded-card!" />}>
      {children}
    </WithPageWords>
  )
}
