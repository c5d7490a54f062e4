import Bowser from 'bowser'

export interface ClientName {
  /** Browser, or what a program calls itself; null when it says nothing. */
  readonly name: string | null
  /** Operating system. */
  readonly system: string | null
  readonly kind: 'desktop' | 'phone' | 'tablet' | 'program'
}

const kinds = { desktop: 'desktop', mobile: 'phone', tablet: 'tablet' } as const

/** What a User-Agent says in words that people know. It says what it likes: good to tell one's devices apart, and for nothing else. */
export function nameClient(client: string | null): ClientName {
  if (!client) return { name: null, system: null, kind: 'program' }
  const { browser, os, platform } = Bowser.parse(client)
  const kind = kinds[platform.type as keyof typeof kinds]
  if (kind && browser.name) return { name: browser.name, system: os.name ?? null, kind }
  // Programs begin with their own name, as curl/8.5.0 does.
  return { name: /^[^\s/]{1,40}/.exec(client)?.[0] ?? null, system: os.name ?? null, kind: 'program' }
}
