import type { ReactNode } from 'react'
import { playerLink } from '../../../messages/en/player-link'
import { WithPageWords } from '../../../messages/page-words'

const loadGerman = async () => (await import('../../../messages/de/player-link')).playerLink

/** The words of links for players, around the dialog that makes them. */
export function LinkWords({ children }: { children: ReactNode }) {
  return (
    <WithPageWords name="playerLink" english={playerLink} loadGerman={loadGerman}>
      {children}
    </WithPageWords>
  )
}
