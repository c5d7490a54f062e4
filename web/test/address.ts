import { useMemo, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

for (const method of ['pushState', 'replaceState'] as const) {
  const original = window.history[method].bind(window.history)
  window.history[method] = (...entry) => {
    original(...entry)
    for (const listener of listeners) listener()
  }
}

function watch(listener: () => void) {
  listeners.add(listener)
  window.addEventListener('popstate', listener)
  return () => {
    listeners.delete(listener)
    window.removeEventListener('popstate', listener)
  }
}

/** As Next's own: follows the history, also when it was written past the router. */
export function useSearchParams(): URLSearchParams {
  const search = useSyncExternalStore(watch, () => window.location.search)
  return useMemo(() => new URLSearchParams(search), [search])
}
