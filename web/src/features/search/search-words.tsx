'use client'

import type { ReactNode } from 'react'
import { search } from '../../messages/en/search'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'

const loadGerman = async () => (await import('../../messages/de/search')).search

/** The words of this page come with it, and with no other. */
export function SearchWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="search" english={search} loadGerman={loadGerman} waiting={<Skeleton className="h-64 rounded-card!" />}>
      {children}
    </WithPageWords>
  )
}
