import type { StartWindow } from './model.ts'
import { minuteOfDay, momentsOf, wallTime } from './zone-time.ts'

/** Minutes since midnight of HH:MM; null when it is not that. */
export function minutesOf(text: string): number | null {
  const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? []
  return hours === undefined ? null : Number(hours) * 60 + Number(minutes)
}

/** True when this minute of the day lies within. */
export function includesMinute(window: StartWindow, minute: number): boolean {
  const from = minutesOf(window.from) ?? 0
  const to = minutesOf(window.to) ?? 0
  return from < to ? minute >= from && minute < to : minute >= from || minute < to
}

export function isOpen(window: StartWindow | null, time: Date, zone: string): boolean {
  return !window || includesMinute(window, minuteOfDay(time, zone))
}

/** This moment while it is open, else when it opens next. */
export function openingAt(window: StartWindow | null, time: Date, zone: string): Date {
  if (!window || isOpen(window, time, zone)) return time
  return nextMoment(window.from, time, zone, (moment) => isOpen(window, moment, zone))
}

/** When a window that is open at this moment closes. */
export function closingAfter(window: StartWindow, time: Date, zone: string): Date {
  return nextMoment(window.to, time, zone, () => true)
}

/** The next time that the clocks show this, of those that `accepted`; a window that a change of the clocks swallows is left out. */
function nextMoment(text: string, time: Date, zone: string, accepted: (moment: Date) => boolean): Date {
  const midnight = Math.floor(wallTime(time, zone).getTime() / 86_400_000) * 86_400_000
  const minutes = minutesOf(text) ?? 0
  for (let day = -1; day < 4; day++) {
    for (const moment of momentsOf(new Date(midnight + day * 86_400_000 + minutes * 60_000), zone)) {
      if (moment > time && accepted(moment)) return moment
    }
  }
  throw new Error(`There is no ${text} in ${zone} after ${time.toISOString()}.`)
}
