const KEY = 'baluhost.reloaded'
/** A page that is still too old after it was loaded again would be so the next time too: then its errors are shown. */
const AGAIN_AFTER_MS = 5 * 60_000
/** Somebody may decide to stay, when an upload would be lost: then the page goes on, and says what fails. */
const STAYS_AFTER_MS = 10_000

let leaving = false

/** True when the page is being loaded again, now or already; false when that was tried a moment ago and did not help. */
export function reloadOnce(reload: () => void = () => window.location.reload()): boolean {
  if (leaving) return true
  try {
    const last = Number(window.sessionStorage.getItem(KEY) ?? 0)
    if (Date.now() - last < AGAIN_AFTER_MS) return false
    window.sessionStorage.setItem(KEY, String(Date.now()))
  } catch {
    // Without a place to remember it could go on for ever.
    return false
  }
  leaving = true
  setTimeout(() => {
    leaving = false
  }, STAYS_AFTER_MS)
  reload()
  return true
}
