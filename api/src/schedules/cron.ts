import { type CronExpression, CronExpressionParser } from 'cron-parser'
import { CronInvalid, CronNeverDue, type CronPart, cronParts } from './errors.ts'
import type { DueTimes } from './model.ts'
import { isNearShift, longestShiftMs, momentsOf, wallTime } from './zone-time.ts'

/** Counting stops here: a machine that was off for long has missed that many or more. */
const mostCounted = 10_000

/** Parses five fields of cron. Throws CRON_INVALID with the part at fault, CRON_NEVER_DUE. */
export function parseCron(text: string): CronExpression {
  const parts = text.trim().split(/\s+/)
  if (text.length > 256 || parts.length !== cronParts.length)
    throw new CronInvalid('A cron expression has five parts: minute, hour, day of the month, month, day of the week.', null)
  cronParts.forEach((part, at) => {
    requirePart(parts[at] ?? '', part, at)
  })
  try {
    const expression = CronExpressionParser.parse(parts.join(' '), { tz: 'UTC', currentDate: new Date(0) })
    // 29 February is eight years away at most; what has no day in all of the parser's tries has none.
    expression.next()
    return expression
  } catch {
    throw new CronNeverDue()
  }
}

function requirePart(text: string, part: CronPart, at: number): void {
  // H stands for a number that the library draws by chance: another one after each start.
  if (/(^|[,/-])H($|[/(,])/i.test(text)) throw new CronInvalid(`${nameOf(part)}: H is not known here.`, part)
  const alone = cronParts.map((_, other) => (other === at ? text : '*')).join(' ')
  try {
    CronExpressionParser.parse(alone, { tz: 'UTC' })
  } catch (error) {
    throw new CronInvalid(`${nameOf(part)}: ${error instanceof Error ? error.message : 'not understood.'}`, part)
  }
}

function nameOf(part: CronPart): string {
  const words = part.toLowerCase().replaceAll('_', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/**
 * Due times by the clock on the wall. The library is asked in UTC, where no time is missing or comes twice; what the wall's
 * times are is decided here: one that is jumped over is due right after the jump, one that comes twice is due the first
 * time. Only what is due in every hour counts hours that pass: it is due in the repeated one as well.
 */
export class CronTimes implements DueTimes {
  readonly #expression: CronExpression
  readonly #zone: string
  readonly #everyHour: boolean

  /** Throws CRON_INVALID, CRON_NEVER_DUE. */
  constructor(text: string, zone: string) {
    this.#expression = parseCron(text)
    this.#zone = zone
    this.#everyHour = this.#expression.fields.hour.values.length === 24
  }

  /** Hours and minutes of the day at which it can be due, as minutes since midnight. */
  get minutesOfDay(): number[] {
    const { hour, minute } = this.#expression.fields
    return hour.values.flatMap((h) => minute.values.map((m) => Number(h) * 60 + Number(m)))
  }

  after(time: Date): Date {
    return this.#search(time, 1)
  }

  atOrBefore(time: Date): Date {
    return this.#search(time, -1)
  }

  count(after: Date, until: Date): number {
    let counted = 0
    for (let due = this.after(after); due <= until && counted < mostCounted; due = this.after(due)) counted += 1
    return counted
  }

  #search(time: Date, direction: 1 | -1): Date {
    const near = isNearShift(time, this.#zone)
    const wall = wallTime(time, this.#zone).getTime()
    // Where clocks are put back, the wall's order is not the order of the moments: all around is looked at.
    const slack = near ? longestShiftMs : 0
    this.#expression.reset(new Date(direction === 1 ? wall - slack : wall + slack + 1_000))
    let best: Date | null = null
    for (;;) {
      const next = direction === 1 ? this.#expression.next() : this.#expression.prev()
      const moments = momentsOf(next.toDate(), this.#zone)
      for (const moment of this.#everyHour ? moments : moments.slice(0, 1)) {
        const wanted = direction === 1 ? moment > time && (!best || moment < best) : moment <= time && (!best || moment > best)
        if (wanted) best = moment
      }
      const passed = (next.getTime() - wall) * direction > slack
      if (best && (passed || !near)) return best
    }
  }
}
