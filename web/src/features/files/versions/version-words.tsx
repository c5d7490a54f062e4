'use client'

import type { ReactNode } from 'react'
import { versions } from '../../../messages/en/versions'
import { WithPageWords } from '../../../messages/page-words'

const loadGerman = async () => (await import('../../../messages/de/versions')).versions

/** The words of versions come with the places that show them. */
export function VersionWords({ waiting = null, children }: { waiting?: ReactNode; children: ReactNode }) {
  return (
    <WithPageWords name="versions" english={versions} loadGerman={loadGerman} waiting={waiting}>
      {children}
    </WithPageWords>
  )
}
