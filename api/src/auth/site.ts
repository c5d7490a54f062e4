import { isIP } from 'node:net'
import { Unavailable } from '../platform/errors.ts'

/** Where the browser sees this server: passkeys belong to it, and work nowhere else. */
export interface Site {
  /** As in the address bar: `https://nas.example:8443`. */
  readonly origin: string
  /** The relying party's id of WebAuthn: the name alone. */
  readonly rpId: string
}

/**
 * Browsers have passkeys only in a secure context, which plain HTTP is on the machine itself alone, and only for names
 * (https://www.w3.org/TR/webauthn-3/#rp-id). Throws UNAVAILABLE with the reason.
 */
export function requireSite(origin: string): Site {
  if (!URL.canParse(origin)) throw new Unavailable('Passkeys do not work here: the server was not asked by a name.')
  const { hostname, protocol, origin: exact } = new URL(origin)
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  if (protocol !== 'https:' && !isLocal) throw new Unavailable('Passkeys need a connection over TLS: open this server with https://.')
  if (isIP(hostname.replace(/^\[|\]$/g, '')) !== 0) {
    throw new Unavailable('Passkeys belong to a name: open this server by its name, not by its address.')
  }
  return { origin: exact, rpId: hostname }
}

/** Whether passkeys can work where the browser sees this server. */
export function hasPasskeys(origin: string): boolean {
  try {
    requireSite(origin)
    return true
  } catch {
    return false
  }
}
