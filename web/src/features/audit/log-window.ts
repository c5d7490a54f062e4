interface Numbered {
  sequence: number
}

/** What of the log is here: newest first, without a gap between what was loaded. */
export interface LogWindow<T extends Numbered> {
  readonly rows: readonly T[]
  /** Came while one was reading: newest first. */
  readonly waiting: readonly T[]
  /** Where the next older page begins; null when there is nothing older. */
  readonly next: string | null
}

/** So many that came in are kept for who does not look: more, and the list begins anew. */
export const mostWaiting = 500

export function emptyWindow<T extends Numbered>(): LogWindow<T> {
  return { rows: [], waiting: [], next: null }
}

/** The newest page: below what came in while it was on its way. */
export function withFirstPage<T extends Numbered>(window: LogWindow<T>, page: readonly T[], next: string | null): LogWindow<T> {
  const newest = page[0]?.sequence ?? 0
  const meanwhile = [...window.waiting, ...window.rows].filter(({ sequence }) => sequence > newest)
  return { rows: [...meanwhile, ...page], waiting: [], next }
}

/** An older page joins the end. */
export function withPage<T extends Numbered>(window: LogWindow<T>, page: readonly T[], next: string | null): LogWindow<T> {
  const oldest = window.rows.at(-1)?.sequence ?? Number.POSITIVE_INFINITY
  return { ...window, rows: [...window.rows, ...page.filter(({ sequence }) => sequence < oldest)], next }
}

/** An entry that was added: shown at once, or kept while somebody reads. One that is known already changes nothing. */
export function withAdded<T extends Numbered>(window: LogWindow<T>, entry: T, held: boolean): LogWindow<T> {
  const newest = window.waiting[0]?.sequence ?? window.rows[0]?.sequence ?? 0
  if (entry.sequence <= newest) return window
  if (held || window.waiting.length > 0) return { ...window, waiting: [entry, ...window.waiting].slice(0, mostWaiting) }
  return { ...window, rows: [entry, ...window.rows] }
}

export function withWaiting<T extends Numbered>(window: LogWindow<T>): LogWindow<T> {
  return window.waiting.length === 0 ? window : { ...window, rows: [...window.waiting, ...window.rows], waiting: [] }
}

/** The newest page again, after a loss: what is new joins the top. Null when there may be a gap between, and all must be read again. */
export function caughtUp<T extends Numbered>(window: LogWindow<T>, page: readonly T[], held: boolean): LogWindow<T> | null {
  const newest = window.waiting[0]?.sequence ?? window.rows[0]?.sequence ?? 0
  const missed = page.filter(({ sequence }) => sequence > newest)
  if (missed.length > 0 && missed.length === page.length && newest > 0) return null
  return missed.reduceRight((known, entry) => withAdded(known, entry, held), window)
}
