interface Named {
  readonly id: string
}

/** What of the jobs is here: newest first (ids grow with time), without a gap between what was loaded. */
export interface JobWindow<T extends Named> {
  readonly rows: readonly T[]
  /** Were started while somebody was reading: newest first. */
  readonly waiting: readonly T[]
  /** Where the next older page begins; null when there is nothing older. */
  readonly next: string | null
}

/** So many that were started are kept for who does not look; more of them show when the list is read anew. */
const mostWaiting = 500

export function emptyWindow<T extends Named>(): JobWindow<T> {
  return { rows: [], waiting: [], next: null }
}

/** Where a row of this id is, or belongs. */
function placeOf(rows: readonly Named[], id: string): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((rows[middle]?.id ?? '') > id) low = middle + 1
    else high = middle
  }
  return low
}

/** The newest page: again after a loss it replaces what it covers, and what lies below stays where there is no gap between. */
export function withFirstPage<T extends Named>(window: JobWindow<T>, page: readonly T[], next: string | null): JobWindow<T> {
  const newest = page[0]?.id ?? ''
  const oldest = page.at(-1)?.id ?? ''
  const meanwhile = window.rows.slice(0, placeOf(window.rows, newest)).filter(({ id }) => id > newest)
  const overlaps = window.rows.some(({ id }) => id >= oldest && id <= newest)
  const below = next !== null && overlaps ? window.rows.slice(placeOf(window.rows, oldest)).filter(({ id }) => id < oldest) : []
  return { rows: [...meanwhile, ...page, ...below], waiting: [], next: below.length > 0 ? window.next : next }
}

/** An older page joins the end. */
export function withPage<T extends Named>(window: JobWindow<T>, page: readonly T[], next: string | null): JobWindow<T> {
  const oldest = window.rows.at(-1)?.id ?? '\uffff'
  return { ...window, rows: [...window.rows, ...page.filter(({ id }) => id < oldest)], next }
}

/**
 * Jobs that changed: known ones in their place, new ones at the top or, while somebody reads, behind a button. What is not `wanted` any more
 * goes, but not from under the hand of who reads.
 */
export function withChanged<T extends Named>(
  window: JobWindow<T>,
  jobs: Iterable<T>,
  { wanted, held }: { wanted: (job: T) => boolean; held: boolean },
): JobWindow<T> {
  const rows = [...window.rows]
  let { waiting } = window
  for (const job of jobs) {
    const at = placeOf(rows, job.id)
    if (rows[at]?.id === job.id) {
      if (held || wanted(job)) rows[at] = job
      else rows.splice(at, 1)
    } else if (waiting.some(({ id }) => id === job.id)) {
      waiting = waiting.map((each) => (each.id === job.id ? job : each)).filter(wanted)
    } else if (wanted(job)) {
      if (at === 0 && held && rows.length > 0) {
        const place = placeOf(waiting, job.id)
        waiting = [...waiting.slice(0, place), job, ...waiting.slice(place)].slice(0, mostWaiting)
      } else if (at < rows.length || window.next === null) rows.splice(at, 0, job)
    }
  }
  return { rows, waiting, next: window.next }
}

/** Nobody holds the list any more: what waited comes in, what is not wanted any more goes. */
export function withWaiting<T extends Named>(window: JobWindow<T>, wanted: (job: T) => boolean): JobWindow<T> {
  return { ...window, rows: [...window.waiting, ...window.rows].filter(wanted), waiting: [] }
}
