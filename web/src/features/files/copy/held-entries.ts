import type { Entry } from '../listing/entry'

let held: readonly Entry[] = []

/** What Ctrl+C took, for a later Ctrl+V in any folder of this tab. */
export function holdEntries(entries: readonly Entry[]) {
  held = entries
}

export function heldEntries(): readonly Entry[] {
  return held
}
