/** Whether a passkey could sign in here: in a secure place, under a name, in a browser that knows them. */
export function mayUsePasskeys(): boolean {
  const underName = !/^\[|^[\d.]+$/.test(window.location.hostname)
  return window.isSecureContext && underName && typeof window.PublicKeyCredential === 'function'
}
