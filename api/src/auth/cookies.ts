/** A cookie of this server: over TLS with the prefix that ties it to this host and to TLS (RFC 6265bis, 4.1.3.2). */
export interface CookieName {
  readonly plain: string
  readonly secure: string
}

export function cookieName(name: string): CookieName {
  return { plain: `baluhost_${name}`, secure: `__Host-baluhost_${name}` }
}

export const sessionCookieName = cookieName('session')

/** A Set-Cookie header. HttpOnly and SameSite=Strict always; `maxAge` in seconds, 0 takes the cookie away. */
export function setCookieHeader(name: CookieName, value: string, { secure, maxAge }: { secure: boolean; maxAge: number }): string {
  const attributes = ['Path=/', 'HttpOnly', 'SameSite=Strict', `Max-Age=${maxAge}`, ...(secure ? ['Secure'] : [])]
  return [`${secure ? name.secure : name.plain}=${value}`, ...attributes].join('; ')
}

/**
 * The value of a cookie; null when it is not there. Over TLS only the name with the prefix counts: what a plain connection
 * could have planted does not. Read here, since other programs of this host may set cookies that parsers fail on.
 */
export function readCookie(header: string | undefined, name: CookieName, secure: boolean): string | null {
  const wanted = secure ? name.secure : name.plain
  for (const cookie of header?.split(';') ?? []) {
    const at = cookie.indexOf('=')
    if (at > 0 && cookie.slice(0, at).trim() === wanted) return cookie.slice(at + 1).trim()
  }
  return null
}
