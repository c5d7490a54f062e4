'use client'

import type { ReactNode } from 'react'
import { keys } from '../../messages/en/keys'
import { WithPageWords } from '../../messages/page-words'

const loadGerman = async () => (await import('../../messages/de/keys')).keys

/** The words of API keys come with the places that show them. */
export function KeyWords({ waiting, children }: { waiting: ReactNode; children: ReactNode }) {
  return (
    <WithPageWords name="keys" english={keys} loadGerman={loadGerman} waiting={waiting}>
      {children}
    </WithPageWords>
  )
}
