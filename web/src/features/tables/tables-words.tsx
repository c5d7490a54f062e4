'use client'

import type { ReactNode } from 'react'
import { tables } from '../../messages/en/tables'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'

const loadGerman = async () => (await import('../../messages/de/tables')).tables

/** The words of this page come with it, and with no other. */
export function TablesWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="tables" english={tables} loadGerman={loadGerman} waiting={<Skeleton className="h-64 rounded-card!" />}>
      {children}
    </WithPageWords>
  )
}
