import type { ReactNode } from 'react'
import { copying } from '../../../messages/en/copying'
import { WithPageWords } from '../../../messages/page-words'

const loadGerman = async () => (await import('../../../messages/de/copying')).copying

/** The words of copying, around whatever shows some of it. */
export function CopyWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="copying" english={copying} loadGerman={loadGerman}>
      {children}
    </WithPageWords>
  )
}
