import type { Job } from '../jobs/model.ts'
import { stateTopic } from '../platform/bus.ts'

/** When a schedule is due: five fields of cron, or seconds between two due times. */
export type Timing = { readonly cron: string } | { readonly everySeconds: number }

/** Local times of day, HH:MM: a run may start from the first until just before the second; over midnight too. */
export interface StartWindow {
  readonly from: string
  readonly to: string
}

/** What was due while nothing could run: it runs once, whatever the number, or not at all. */
export const catchUps = ['RUN_ONCE', 'SKIP'] as const
export type CatchUp = (typeof catchUps)[number]

/** What is due while the last run is still open: it is left out, or waits behind it. */
export const overlaps = ['SKIP', 'QUEUE'] as const
export type Overlap = (typeof overlaps)[number]

/** When and how a schedule starts its jobs. */
export interface Rules {
  readonly timing: Timing
  /** An IANA name, or `system`. */
  readonly timeZone: string
  /** Each run starts up to so many seconds later, always the same for the same due time. */
  readonly jitterSeconds: number
  readonly window: StartWindow | null
  readonly catchUp: CatchUp
  readonly overlap: Overlap
  /** Attempts of each job; null for what its kind says. */
  readonly maxAttempts: number | null
}

export interface Schedule extends Rules {
  readonly name: string
  readonly title: string
  readonly kind: string
  readonly input: object
  readonly pausedAt: Date | null
  readonly pausedByName: string | null
  /** Due times after this one are still to come. */
  readonly anchorAt: Date
  readonly lastDueAt: Date | null
  readonly nextDueAt: Date | null
  readonly nextRunAt: Date | null
  readonly builtIn: boolean
  readonly adjusted: boolean
  readonly createdById: string | null
  readonly createdByName: string
  readonly createdAt: Date
  readonly changedAt: Date
  /** Set in the last thing that watchers hear of it. */
  readonly deletedAt: Date | null
}

export const triggers = ['SCHEDULED', 'CATCH_UP', 'MANUAL'] as const
export type Trigger = (typeof triggers)[number]

/** Why a due time started nothing. */
export const skipReasons = ['OVERLAP', 'PAUSED', 'MISSED', 'WINDOW', 'ACTOR', 'KIND', 'INPUT', 'TIMING'] as const
export type SkipReason = (typeof skipReasons)[number]

export interface ScheduleRun {
  readonly id: string
  readonly scheduleName: string
  readonly dueAt: Date
  readonly trigger: Trigger
  readonly outcome: 'STARTED' | 'SKIPPED'
  readonly jobId: string | null
  readonly reason: SkipReason | null
  /** How many due times it stands for. */
  readonly dueCount: number
  readonly gapFrom: Date | null
  readonly at: Date
}

/** A run with its job as it is now; null when nothing was started, or the job was cleaned away. */
export interface RunWithJob extends ScheduleRun {
  readonly job: Job | null
}

/** When something is due. */
export interface DueTimes {
  /** The first due time after this moment. */
  after(time: Date): Date
  /** The last one that is not after it. */
  atOrBefore(time: Date): Date
  /** How many lie between, the last moment included; 10 000 stands for that many or more. */
  count(after: Date, until: Date): number
}

/** A schedule that a domain brings with it. Its name, kind and input are the code's; when it runs is the administrators'. */
export interface ScheduleDeclaration {
  readonly name: string
  /** In English; the dashboard has words of its own for it. */
  readonly title: string
  readonly kind: string
  readonly input: object
  readonly timing: Timing
  readonly jitterSeconds?: number
  readonly window?: StartWindow
  readonly catchUp?: CatchUp
  readonly overlap?: Overlap
  readonly maxAttempts?: number
}

/** Declares a built-in schedule; by itself it runs in the machine's time zone, once for what was missed, and never beside itself. */
export function defineSchedule(declaration: ScheduleDeclaration): ScheduleDeclaration {
  return declaration
}

export function rulesOf(declaration: ScheduleDeclaration): Rules {
  return {
    timing: declaration.timing,
    timeZone: systemZone,
    jitterSeconds: declaration.jitterSeconds ?? 0,
    window: declaration.window ?? null,
    catchUp: declaration.catchUp ?? 'RUN_ONCE',
    overlap: declaration.overlap ?? 'SKIP',
    maxAttempts: declaration.maxAttempts ?? null,
  }
}

/** Stands for the time zone of the machine, wherever it is taken. */
export const systemZone = 'system'

/** The newest state of each schedule that changed, by name. Published under `all`. */
export const schedulesChanged = stateTopic<ReadonlyMap<string, Schedule>>(
  'schedules.changed',
  (unread, newer) => new Map([...unread, ...newer]),
)
