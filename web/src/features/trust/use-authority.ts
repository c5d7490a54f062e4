import { useCallback, useEffect, useState } from 'react'

/** What this server says about its certificate authority. */
export interface Authority {
  readonly fingerprint: string
  readonly expiresAt: string
  readonly names: readonly string[]
}

export type AuthorityState = 'loading' | 'none' | 'failed' | Authority

/** Not from the graph: who does not trust the certificate yet opens this page without encryption, and the graph does not answer there. */
export function useAuthority(): { state: AuthorityState; retry: () => void } {
  const [state, setState] = useState<AuthorityState>('loading')
  const load = useCallback(async () => {
    setState('loading')
    try {
      const response = await fetch('/trust/authority.json')
      if (response.status === 404) setState('none')
      else setState(response.ok ? ((await response.json()) as Authority) : 'failed')
    } catch {
      setState('failed')
    }
  }, [])
  useEffect(() => {
    void load()
  }, [load])
  return { state, retry: () => void load() }
}
