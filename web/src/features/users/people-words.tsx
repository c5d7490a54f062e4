'use client'

import type { ReactNode } from 'react'
import { people } from '../../messages/en/people'
import { WithPageWords } from '../../messages/page-words'
import { Skeleton } from '../../ui/skeleton'

const loadGerman = async () => (await import('../../messages/de/people')).people

/** The words of everything about people, around whatever shows some of it. */
export function PeopleWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="people" english={people} loadGerman={loadGerman} waiting={<Skeleton className="h-64 rounded-card!" />}>
      {children}
    </WithPageWords>
  )
}
