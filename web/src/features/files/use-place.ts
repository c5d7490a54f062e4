import { useSearchParams } from 'next/navigation'
import { useMemo } from 'react'
import { type Place, parsePlace } from './place'

export function usePlace(): Place {
  const search = useSearchParams()
  return useMemo(() => parsePlace(new URLSearchParams(search)), [search])
}

/** The router follows the history by itself; going through it would ask the server for a page that is already here. */
export function goTo(href: string, { replace = false }: { replace?: boolean } = {}) {
  if (replace) window.history.replaceState(null, '', href)
  else window.history.pushState(null, '', href)
}
