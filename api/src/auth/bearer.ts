/**
 * What stands behind `Bearer` in an Authorization header, be it a key or not; null where the header is not for this server.
 * Other schemes belong to a proxy in front of it (Basic, Negotiate …): they sign nobody in here, and the cookie counts.
 * A key that came without its scheme is a mistake to be told, not a request of nobody.
 */
export function bearerOf(authorization: string | undefined): string | null {
  if (authorization === undefined) return null
  const [, credentials] = /^bearer(?:[ \t]+(.*))?$/is.exec(authorization.trim()) ?? []
  if (credentials !== undefined) return credentials.trim()
  return /^bearer$/i.test(authorization.trim()) || authorization.includes('balu_') ? '' : null
}
