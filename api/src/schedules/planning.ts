import type { Log } from '../platform/log.ts'
import type { Rules, Schedule } from './model.ts'
import { type Coming, Plan, type PlanOf } from './plan.ts'

/** What a row says about what comes next. */
export interface NextColumns {
  readonly nextDueAt: Date | null
  readonly nextRunAt: Date | null
  readonly changedAt: Date
}

/** Columns of what comes after the anchor; none while it is paused, or when its times mean nothing any more. */
export function nextColumns(schedule: PlanOf & { readonly pausedAt: Date | null }, now: Date, log: Log): NextColumns {
  if (schedule.pausedAt) return { nextDueAt: null, nextRunAt: null, changedAt: now }
  try {
    const { dueAt, startAt } = new Plan(schedule).first()
    return { nextDueAt: dueAt, nextRunAt: startAt, changedAt: now }
  } catch (err) {
    log.error({ err, schedule: schedule.name }, 'the times of a schedule cannot be understood; it does not run until they are changed')
    return { nextDueAt: null, nextRunAt: null, changedAt: now }
  }
}

/** What a row says that it does next; null for nothing. */
export function nextOf({ nextDueAt, nextRunAt }: Pick<Schedule, 'nextDueAt' | 'nextRunAt'>): Coming | null {
  return nextDueAt && nextRunAt ? { dueAt: nextDueAt, startAt: nextRunAt } : null
}

/**
 * From where due times count once the rules are others: a change of the times starts nothing by itself. Intervals go on
 * from the last due time, as far as that lies behind.
 */
export function anchorFor(before: Rules & { readonly anchorAt: Date }, after: Rules, now: Date): Date {
  const same = before.timeZone === after.timeZone && JSON.stringify(before.timing) === JSON.stringify(after.timing)
  if (same) return before.anchorAt
  if ('cron' in after.timing || before.anchorAt > now) return now
  const every = after.timing.everySeconds * 1_000
  return new Date(now.getTime() - ((now.getTime() - before.anchorAt.getTime()) % every))
}
