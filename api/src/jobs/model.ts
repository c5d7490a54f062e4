import { stateTopic } from '../platform/bus.ts'

/**
 * - QUEUED: would run, but others of its class come first.
 * - WAITING: for a lock, for its children, or for its next attempt; `waitingFor` says which.
 * - INTERRUPTED: the process that ran it ended, and its kind cannot go on by itself.
 */
export const jobStates = ['QUEUED', 'RUNNING', 'WAITING', 'SUCCEEDED', 'FAILED', 'CANCELLED', 'INTERRUPTED'] as const
export type JobState = (typeof jobStates)[number]

const endStates: ReadonlySet<JobState> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED', 'INTERRUPTED'])
export const openStates = jobStates.filter((state) => !endStates.has(state))

export function isEnded(state: JobState): boolean {
  return endStates.has(state)
}

/** Jobs of one class share a bound on how many run at once in a process: a backup never keeps a copy waiting, nor the reverse. */
export const jobClasses = {
  FILES: { atOnce: 2 },
  DISKS: { atOnce: 2 },
  BACKUP: { atOnce: 1 },
  MAINTENANCE: { atOnce: 1 },
  NETWORK: { atOnce: 2 },
} as const satisfies Record<string, { readonly atOnce: number }>
export type JobClass = keyof typeof jobClasses

export type JobWait = 'LOCK' | 'CHILDREN' | 'RETRY'

export const jobUnits = ['BYTES', 'ITEMS', 'STEPS'] as const
export type JobUnit = (typeof jobUnits)[number]

/** How far a job is. */
export interface JobProgress {
  readonly done: number
  /** Null while nobody knows how much it will be. */
  readonly total: number | null
  readonly unit: JobUnit
  /** Units a second, over the last seconds; null until there is something to tell it by. */
  readonly rate: number | null
  /** Seconds left at this rate; null while it cannot be told. */
  readonly etaSeconds: number | null
  /** What is being worked on now, such as a path. */
  readonly item: string | null
}

/** A name that a job holds while it runs. Shared holders go together, an exclusive one goes alone. */
export interface LockRequest {
  readonly name: string
  readonly exclusive: boolean
}

export interface Job {
  readonly id: string
  readonly kind: string
  readonly class: string
  readonly state: JobState
  readonly waitingFor: JobWait | null
  readonly subject: string | null
  readonly input: object
  readonly result: object | null
  readonly error: { readonly code: string; readonly message: string } | null
  readonly actorId: string | null
  readonly actorName: string
  readonly scheduleName: string | null
  readonly dueAt: Date | null
  readonly parentId: string | null
  readonly locks: readonly LockRequest[]
  readonly attempts: number
  readonly maxAttempts: number
  readonly runAfter: Date
  readonly cancelRequestedAt: Date | null
  readonly cancelledByName: string | null
  readonly progress: JobProgress | null
  readonly createdAt: Date
  readonly startedAt: Date | null
  readonly endedAt: Date | null
  readonly changedAt: Date
}

export type JobLogLevel = 'INFO' | 'WARNING' | 'ERROR'

export interface JobLogLine {
  readonly sequence: number
  readonly at: Date
  readonly attempt: number
  readonly level: JobLogLevel
  readonly message: string
}

/** The newest state of each job that changed, by id: of jobs that change at once none replaces another. Published under `all`. */
export const jobsChanged = stateTopic<ReadonlyMap<string, Job>>('jobs.changed', (unread, newer) => new Map([...unread, ...newer]))

/** Published under a job's id when its log has grown. */
export const jobLogGrown = stateTopic<{ readonly sequence: number }>('jobs.logGrown')

/** What a job must not exceed; more is an error that says so. */
export const bounds = {
  inputBytes: 64 * 1024,
  resultBytes: 64 * 1024,
  checkpointBytes: 256 * 1024,
  logLines: 10_000,
  logLineLength: 2_000,
  /** Parts of one job. */
  children: 500,
  /** Of one account, not ended. */
  openJobs: 200,
} as const
