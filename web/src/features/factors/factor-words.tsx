'use client'

import type { ReactNode } from 'react'
import { factors } from '../../messages/en/factors'
import { WithPageWords } from '../../messages/page-words'

const loadGerman = async () => (await import('../../messages/de/factors')).factors

/** Around everything about second factors: its words come with it. */
export function FactorWords({ waiting, children }: { waiting?: ReactNode; children: ReactNode }) {
  return (
    <WithPageWords name="factors" english={factors} loadGerman={loadGerman} waiting={waiting}>
      {children}
    </WithPageWords>
  )
}
