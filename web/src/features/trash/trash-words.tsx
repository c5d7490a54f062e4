'use client'

import type { ReactNode } from 'react'
import { trash } from '../../messages/en/trash'
import { WithPageWords } from '../../messages/page-words'

const loadGerman = async () => (await import('../../messages/de/trash')).trash

/** The words of the trash come with the places that show it. */
export function TrashWords({ waiting = null, children }: { waiting?: ReactNode; children: ReactNode }) {
  return (
    <WithPageWords name="trash" english={trash} loadGerman={loadGerman} waiting={waiting}>
      {children}
    </WithPageWords>
  )
}
