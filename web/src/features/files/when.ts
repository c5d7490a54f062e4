const DAY = 86_400_000

const dates = new Map<string, Intl.DateTimeFormat>()

function dateFormat(locale: string, sameYear: boolean): Intl.DateTimeFormat {
  const key = `${locale}${sameYear}`
  const known = dates.get(key)
  if (known) return known
  const made = new Intl.DateTimeFormat(locale, {
    day: 'numeric',
    month: 'short',
    ...(sameYear ? { hour: '2-digit', minute: '2-digit' } : { year: 'numeric' }),
  })
  dates.set(key, made)
  return made
}

/** Whether "3 hours ago" says more than a date: for a day. */
export function isRecent(at: number, now: number): boolean {
  return now - at < DAY
}

/** "12 Nov, 14:03", "12 Nov 2024": as much of the date as tells files apart. */
export function formatDay(at: number, now: number, locale: string): string {
  return dateFormat(locale, new Date(at).getFullYear() === new Date(now).getFullYear()).format(at)
}
