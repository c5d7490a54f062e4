const ENTRY_PAGES = ['/sign-in', '/setup']

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

/** A whole page load, on purpose: nothing of the ended session survives in memory. */
export function goToSignIn({ remember }: { remember: boolean }) {
  const { pathname, search } = window.location
  if (ENTRY_PAGES.includes(pathname)) return
  const here = pathname + search
  window.location.assign(remember && here !== '/' ? `/sign-in?next=${encodeURIComponent(here)}` : '/sign-in')
}
