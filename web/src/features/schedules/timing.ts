/** How often, in the few ways in which people say it. */
export const rhythms = ['hourly', 'daily', 'weekly', 'monthly', 'interval', 'cron'] as const
export type Rhythm = (typeof rhythms)[number]
export const units = { seconds: 1, minutes: 60, hours: 3_600, days: 86_400 } as const
export type Unit = keyof typeof units

/** What the editor's fields hold. All are texts, as inputs have them. */
export interface TimingFields {
  readonly rhythm: Rhythm
  /** HH:MM. */
  readonly at: string
  readonly minute: string
  /** 0 is Sunday. */
  readonly days: readonly string[]
  readonly day: string
  readonly amount: string
  readonly unit: Unit
  readonly cron: string
}

export const plainTiming: TimingFields = {
  rhythm: 'daily',
  at: '03:30',
  minute: '0',
  days: ['1'],
  day: '1',
  amount: '6',
  unit: 'hours',
  cron: '30 3 * * *',
}

export type Timing = { cron: string } | { everySeconds: number }

/** What the graph takes; null while something is missing. */
export function timingOf({ rhythm, at, minute, days, day, amount, unit, cron }: TimingFields): Timing | null {
  const [, hours, minutes] = /^(\d{1,2}):(\d{2})/.exec(at) ?? []
  const time = hours !== undefined && minutes !== undefined ? `${Number(minutes)} ${Number(hours)}` : null
  switch (rhythm) {
    case 'hourly':
      return isWithin(minute, 0, 59) ? { cron: `${Number(minute)} * * * *` } : null
    case 'daily':
      return time ? { cron: `${time} * * *` } : null
    case 'weekly':
      return time && days.length > 0 ? { cron: `${time} * * ${[...days].sort().join(',')}` } : null
    case 'monthly':
      return time && isWithin(day, 1, 31) ? { cron: `${time} ${Number(day)} * *` } : null
    case 'interval':
      return isWithin(amount, 1, 1_000_000) ? { everySeconds: Number(amount) * units[unit] } : null
    case 'cron':
      return cron.trim() ? { cron: cron.trim() } : null
  }
}

/** The simplest way to say what a schedule has. */
export function fieldsOf({ cron, everySeconds }: { cron: string | null; everySeconds: number | null }): TimingFields {
  if (everySeconds !== null) {
    const unit = (['days', 'hours', 'minutes'] as const).find((each) => everySeconds % units[each] === 0) ?? 'seconds'
    return { ...plainTiming, rhythm: 'interval', unit, amount: String(everySeconds / units[unit]) }
  }
  const text = cron ?? ''
  const base = { ...plainTiming, cron: text }
  const [, minute = '', hour = '', day = '', days = ''] = /^(\d{1,2}) (\d{1,2}|\*) (\d{1,2}|\*) \* ([0-6](?:,[0-6])*|\*)$/.exec(text) ?? []
  if (!minute) return { ...base, rhythm: 'cron' }
  if (hour === '*') return day === '*' && days === '*' ? { ...base, rhythm: 'hourly', minute } : { ...base, rhythm: 'cron' }
  const at = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`
  if (day === '*' && days === '*') return { ...base, rhythm: 'daily', at }
  if (day === '*') return { ...base, rhythm: 'weekly', at, days: days.split(',') }
  return days === '*' ? { ...base, rhythm: 'monthly', at, day } : { ...base, rhythm: 'cron' }
}

function isWithin(text: string, least: number, most: number): boolean {
  return /^\d{1,7}$/.test(text) && Number(text) >= least && Number(text) <= most
}
