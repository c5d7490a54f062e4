import type { Database } from '../platform/db.ts'
import type { Rules, Schedule, ScheduleRun, SkipReason } from './model.ts'

export type ScheduleRow = NonNullable<Awaited<ReturnType<Database['schedule']['findUnique']>>>
type RunRow = NonNullable<Awaited<ReturnType<Database['scheduleRun']['findUnique']>>>

/** A row as the domain knows it. */
export function scheduleOf(row: ScheduleRow, deletedAt: Date | null = null): Schedule {
  const { cron, everySeconds, windowFrom, windowTo, origin: _origin, version: _version, ...rest } = row
  return {
    ...rest,
    input: row.input as object,
    timing: cron === null ? { everySeconds: everySeconds ?? 0 } : { cron },
    window: windowFrom === null || windowTo === null ? null : { from: windowFrom, to: windowTo },
    deletedAt,
  }
}

export function ruleColumns({ timing, timeZone, jitterSeconds, window, catchUp, overlap, maxAttempts }: Rules) {
  return {
    cron: 'cron' in timing ? timing.cron : null,
    everySeconds: 'cron' in timing ? null : timing.everySeconds,
    timeZone,
    jitterSeconds,
    windowFrom: window?.from ?? null,
    windowTo: window?.to ?? null,
    catchUp,
    overlap,
    maxAttempts,
  }
}

export function runOf(row: RunRow): ScheduleRun {
  return { ...row, reason: row.reason as SkipReason | null }
}

/** True for a row that is refused since there is one with its key. */
export function isTaken(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'P2002'
}
