import type { ReactNode } from 'react'
import { integrity } from '../../messages/en/integrity'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'

const loadGerman = async () => (await import('../../messages/de/integrity')).integrity

/** The words of this page come with it, and with no other. */
export function IntegrityWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="integrity" english={integrity} loadGerman={loadGerman} waiting={<Skeleton className="h-64 rounded-card!" />}>
      {children}
    </WithPageWords>
  )
}
