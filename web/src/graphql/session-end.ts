const ENTRY_PAGES = ['/sign-in', '/setup', '/enrol']

/** A path on this origin, or the overview: `next` comes from the address bar and must not lead elsewhere. */
export function safeNext(next: string | null): string {
  if (!next) return '/'
  try {
    const url = new URL(next, window.location.origin)
    if (url.origin !== window.location.origin || ENTRY_PAGES.includes(url.pathname)) return '/'
    return url.pathname + url.search + url.hash
  } catch {
    return '/'
  }
}

/** Goes on after the sign-in. The playground is the server's own page: the router would look for it among the dashboard's. */
export function goOn(target: string, router: { replace: (href: string) => void }) {
  if (/^\/graphql([?#]|$)/.test(target)) window.location.replace(target)
  else router.replace(target)
}

let signingOut = false

/**
 * While someone signs out, the server closes the WebSocket, often before it has answered the mutation: leaving then would drop the
 * answer that takes the cookie away.
 */
export function setSigningOut(now: boolean) {
  signingOut = now
}

/** The close frame of the old session may come this much later than the answer that renews it. */
const RENEWAL_GRACE_MS = 2_000
let renewal: Promise<unknown> | null = null

/**
 * Runs what lets the session go on under another token, as a new password does: the server closes the WebSocket, which was opened
 * with the old one, and it can be opened again at once. `renewed` tells whether it came to that.
 */
export async function renewSession<T>(change: () => Promise<T>, renewed: (result: T) => boolean): Promise<T> {
  const run = change()
  const own = run.catch(() => {})
  renewal = own
  const over = () => {
    if (renewal === own) renewal = null
  }
  try {
    const result = await run
    if (renewed(result)) setTimeout(over, RENEWAL_GRACE_MS)
    else over()
    return result
  } catch (error) {
    over()
    throw error
  }
}

/** Settles once the session has its new token; null while it keeps the one it has. */
export function sessionRenewal(): Promise<unknown> | null {
  return renewal
}

/** The server says that the session is over: sign in again, and come back here. */
export function onSessionEnded() {
  if (!signingOut && !renewal) goToSignIn({ remember: true })
}

/** A whole page load, on purpose: nothing of the ended session survives in memory. */
export function goToSignIn({ remember }: { remember: boolean }) {
  const { pathname, search } = window.location
  if (ENTRY_PAGES.includes(pathname)) return
  const here = pathname + search
  window.location.assign(remember && here !== '/' ? `/sign-in?next=${encodeURIComponent(here)}` : '/sign-in')
}
