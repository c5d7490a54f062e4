import { Problem } from '../platform/errors.ts'

/** No schedule has this name. */
export class ScheduleNotFound extends Problem {
  readonly code = 'SCHEDULE_NOT_FOUND'
  readonly status = 404
  constructor() {
    super('There is no such schedule.', 'name')
  }
}

/** Another schedule has this name. */
export class ScheduleNameTaken extends Problem {
  readonly code = 'SCHEDULE_NAME_TAKEN'
  readonly status = 409
  constructor(name: string) {
    super(`There is a schedule ${name} already.`, 'name')
  }
}

/** The schedule belongs to the server: its times may change, what it does may not. */
export class ScheduleBuiltIn extends Problem {
  readonly code = 'SCHEDULE_BUILT_IN'
  readonly status = 409
  constructor(what: string, field: string) {
    super(`This schedule belongs to the server: ${what}`, field)
  }
}

/** Its last run is not over, and it never runs beside itself. */
export class ScheduleRunning extends Problem {
  readonly code = 'SCHEDULE_RUNNING'
  readonly status = 409
  constructor() {
    super('The last run of this schedule is not over yet.', 'name')
  }
}

export const cronParts = ['MINUTE', 'HOUR', 'DAY_OF_MONTH', 'MONTH', 'DAY_OF_WEEK'] as const
export type CronPart = (typeof cronParts)[number]

/** A part of the expression is not cron; `part` says which. */
export class CronInvalid extends Problem {
  readonly code = 'CRON_INVALID'
  readonly status = 422
  /** Null when it is not one part that is wrong, but their number. */
  readonly part: CronPart | null
  override readonly details: { readonly part?: string }
  constructor(message: string, part: CronPart | null) {
    super(message, 'cron')
    this.part = part
    this.details = part ? { part } : {}
  }
}

/** The expression names a day that never comes, such as 31 February. */
export class CronNeverDue extends Problem {
  readonly code = 'CRON_NEVER_DUE'
  readonly status = 422
  constructor() {
    super('No day is ever like this: look at the day of the month and the month.', 'cron')
  }
}

/** No time zone has this name. */
export class TimeZoneUnknown extends Problem {
  readonly code = 'TIME_ZONE_UNKNOWN'
  readonly status = 422
  constructor() {
    super('There is no such time zone. Names are like Europe/Berlin; system is that of the server.', 'timeZone')
  }
}

/** Less than a minute between two due times. */
export class IntervalTooShort extends Problem {
  readonly code = 'INTERVAL_TOO_SHORT'
  readonly status = 422
  constructor(least: number) {
    super(`At least ${least} seconds lie between two runs.`, 'everySeconds')
  }
}

/** No due time lies within the window: each would wait for hours. */
export class WindowNeverMet extends Problem {
  readonly code = 'WINDOW_NEVER_MET'
  readonly status = 422
  constructor() {
    super('None of the due times lies between these times of day.', 'window')
  }
}
