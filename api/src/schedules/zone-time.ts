import { TimeZoneUnknown } from './errors.ts'
import { systemZone } from './model.ts'

/** No zone has moved its clocks by more at once, but for those that crossed the date line. */
export const longestShiftMs = 3 * 3_600_000

/** The zone that is meant by a name. Throws TIME_ZONE_UNKNOWN. */
export function zoneOf(name: string): string {
  if (name === systemZone) return new Intl.DateTimeFormat().resolvedOptions().timeZone
  // An offset such as +02:00 is a zone to Temporal as well, but one without its summers.
  if (!/^[A-Za-z][\w+/-]{0,63}$/.test(name)) throw new TimeZoneUnknown()
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone
  } catch {
    throw new TimeZoneUnknown()
  }
}

function zoned(time: Date, zone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(time.getTime()).toZonedDateTimeISO(zone)
}

/** What the clocks on the wall show, as if that were UTC. */
export function wallTime(time: Date, zone: string): Date {
  return new Date(time.getTime() + zoned(time, zone).offsetNanoseconds / 1_000_000)
}

/** Minutes since midnight on the wall. */
export function minuteOfDay(time: Date, zone: string): number {
  const wall = wallTime(time, zone)
  return wall.getUTCHours() * 60 + wall.getUTCMinutes()
}

/**
 * The moments at which the clocks show this: one, but two when they are put back over it. A time that they jump over
 * stands for the moment right after the jump.
 */
export function momentsOf(wall: Date, zone: string): Date[] {
  const local = Temporal.Instant.fromEpochMilliseconds(wall.getTime()).toZonedDateTimeISO('UTC').toPlainDateTime()
  const earlier = local.toZonedDateTime(zone, { disambiguation: 'earlier' })
  if (!earlier.toPlainDateTime().equals(local)) {
    const jump = earlier.getTimeZoneTransition('next') ?? earlier
    return [new Date(jump.epochMilliseconds)]
  }
  const later = local.toZonedDateTime(zone, { disambiguation: 'later' })
  const moments = [new Date(earlier.epochMilliseconds)]
  if (later.epochMilliseconds !== earlier.epochMilliseconds) moments.push(new Date(later.epochMilliseconds))
  return moments
}

/** True within hours of a moment at which the clocks are put forward or back. */
export function isNearShift(time: Date, zone: string): boolean {
  const offset = (ms: number) => zoned(new Date(time.getTime() + ms), zone).offsetNanoseconds
  const now = offset(0)
  return offset(-longestShiftMs) !== now || offset(longestShiftMs) !== now
}
