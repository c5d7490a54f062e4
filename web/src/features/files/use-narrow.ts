import { useSyncExternalStore } from 'react'

const query = '(max-width: 639.98px)'

function watch(listener: () => void) {
  const media = window.matchMedia(query)
  media.addEventListener('change', listener)
  return () => media.removeEventListener('change', listener)
}

/** A phone: rows of two lines, actions as a sheet from below. */
export function useNarrow(): boolean {
  return useSyncExternalStore(
    watch,
    () => window.matchMedia(query).matches,
    () => false,
  )
}
