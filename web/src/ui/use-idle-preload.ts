import { useEffect } from 'react'

/**
 * Fetches what was left out of the first page once the page is at rest: a menu or dialog must open without waiting, and also
 * when the connection is gone by then. `load` must be stable.
 */
export function useIdlePreload(load: () => Promise<unknown>) {
  useEffect(() => {
    const begin = () => void load().catch(() => {})
    // Safari has no requestIdleCallback.
    if (!('requestIdleCallback' in window)) {
      const timer = setTimeout(begin, 1_500)
      return () => clearTimeout(timer)
    }
    const handle = window.requestIdleCallback(begin, { timeout: 4_000 })
    return () => window.cancelIdleCallback(handle)
  }, [load])
}
