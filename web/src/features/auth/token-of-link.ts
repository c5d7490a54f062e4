import { useEffect, useState } from 'react'

/**
 * The one-time token of the link that led here; empty without one. It stands behind the `#`, which browsers send to no
 * server, and leaves the address bar at once: histories and screens keep it no longer than needed. Links of older releases
 * have it in the query.
 */
export function useTokenOfLink(): string {
  const [token] = useState(readToken)
  useEffect(() => {
    const { hash, pathname, search } = window.location
    if (/[#?&]token=/.test(search + hash)) window.history.replaceState(window.history.state, '', pathname)
  }, [])
  return token
}

function readToken(): string {
  const { hash, search } = window.location
  return new URLSearchParams(hash.slice(1)).get('token') ?? new URLSearchParams(search).get('token') ?? ''
}
