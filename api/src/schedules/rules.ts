import { InvalidInput } from '../platform/errors.ts'
import { CronTimes, parseCron } from './cron.ts'
import { IntervalTooShort, WindowNeverMet } from './errors.ts'
import type { Rules } from './model.ts'
import { includesMinute, minutesOf } from './start-window.ts'
import { zoneOf } from './zone-time.ts'

const shortestInterval = 60
const longestInterval = 366 * 86_400
const longestJitter = 12 * 3_600
const mostAttempts = 10

/**
 * Refuses what could never be, or not well. Throws CRON_INVALID, CRON_NEVER_DUE, TIME_ZONE_UNKNOWN, INTERVAL_TOO_SHORT,
 * WINDOW_NEVER_MET, INVALID_INPUT.
 */
export function requireRules({ timing, timeZone, jitterSeconds, window, maxAttempts }: Rules): void {
  const zone = zoneOf(timeZone)
  if ('cron' in timing) parseCron(timing.cron)
  else if (timing.everySeconds < shortestInterval) throw new IntervalTooShort(shortestInterval)
  else if (timing.everySeconds > longestInterval) throw new InvalidInput('At most a year lies between two runs.', 'everySeconds')
  if (jitterSeconds < 0 || jitterSeconds > longestJitter) throw new InvalidInput(`0 to ${longestJitter} seconds.`, 'jitterSeconds')
  if ('everySeconds' in timing && jitterSeconds >= timing.everySeconds)
    throw new InvalidInput('Runs cannot be shaken by more than lies between them.', 'jitterSeconds')
  if (maxAttempts !== null && (maxAttempts < 1 || maxAttempts > mostAttempts))
    throw new InvalidInput(`1 to ${mostAttempts} attempts.`, 'maxAttempts')
  if (!window) return
  for (const text of [window.from, window.to])
    if (minutesOf(text) === null) throw new InvalidInput('A time of day is written like 22:30.', 'window')
  if (window.from === window.to) throw new InvalidInput('The window has no time in it.', 'window')
  if ('cron' in timing && !new CronTimes(timing.cron, zone).minutesOfDay.some((minute) => includesMinute(window, minute)))
    throw new WindowNeverMet()
}
