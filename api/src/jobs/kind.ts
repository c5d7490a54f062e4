import { randomInt } from 'node:crypto'
import type { z } from 'zod'
import type { Actor } from '../auth/model.ts'
import type { DatabaseTransaction } from '../platform/db.ts'
import type { JobClass, JobLogLevel, JobUnit, LockRequest } from './model.ts'

/** What a job reports while it runs. */
export interface ProgressReport {
  readonly done: number
  readonly total: number | null
  readonly unit: JobUnit
  readonly item?: string | null
}

/** What a run of a job has at hand. */
export interface JobRun<Input, Checkpoint> {
  readonly jobId: string
  readonly input: Input
  /** In whose name: the account as it is now, with no more rights than it had when it asked; or the server itself. */
  readonly actor: Actor
  /**
   * The same as they are at this moment: work that takes long asks again before what it does shows. Throws JOB_ACTOR_GONE for an account that was
   * disabled or deleted meanwhile, and for a key that was revoked or has expired.
   */
  actorNow(): Promise<Actor>
  /** From 1. */
  readonly attempt: number
  /** True when a failure of this one is final, unless somebody tries again by hand. */
  readonly lastAttempt: boolean
  /** What the last attempt saved; null at the first, or where none was saved. */
  readonly checkpoint: Checkpoint | null
  /** Aborted, with a `JobStopped`, when the job is cancelled, the server stops, or another process has taken it over. Look at it often. */
  readonly signal: AbortSignal
  /** Cheap: call it as often as there is news. */
  progress(report: ProgressReport): void
  log(level: JobLogLevel, message: string): Promise<void>
  /**
   * Makes a place from which the next attempt goes on, together with the changes of `transaction` when one is given: either both stand or
   * neither does. Throws when the job is not this process's any more: nothing of the transaction must stand then.
   */
  save(checkpoint: Checkpoint, transaction?: DatabaseTransaction): Promise<void>
  /**
   * Runs these (500 at most) beside each other as jobs of their own, and this one again once all have ended: the checkpoint tells the next run that they have
   * been started. Return what it returns.
   */
  startChildren(children: readonly { readonly kind: string; readonly input: unknown }[], checkpoint: Checkpoint): Promise<Suspended>
  /** Children that ended, by their order; for the run after `startChildren`. */
  children(): Promise<readonly { readonly kind: string; readonly state: string; readonly result: unknown }[]>
}

/**
 * Why a run is to stop: the reason of its signal. Only what is `cancelled` may be cleaned up by the run: after a `shutDown` it goes on from what
 * it left, and what is `lost` belongs to another process.
 */
export class JobStopped extends Error {
  readonly why: 'cancelled' | 'shutDown' | 'lost'
  constructor(why: 'cancelled' | 'shutDown' | 'lost') {
    super(`The job was stopped: ${why}.`)
    this.why = why
  }
}

/** A run that goes on when its children have ended. */
export const suspended = Symbol('suspended')
export type Suspended = typeof suspended

/** When an attempt that failed is followed by another one by itself. */
export interface RetryPolicy {
  /** All attempts, the first included. */
  readonly attempts: number
  readonly firstMs: number
  readonly longestMs: number
}

/** What happens to a job whose process ended without warning. */
export type AfterCrash =
  /** It goes on from its checkpoint; every step of it can be done twice without harm. */
  | 'RESUME'
  /** What it watches went on without it (an array's rebuild). The queue does as for RESUME: the checkpoint says what it is, and the run looks for it. */
  | 'REATTACH'
  /** It begins anew; what the first attempt did does no harm. */
  | 'RETRY'
  /** Somebody must look first. */
  | 'INTERRUPT'

/** A kind of job, declared once by the domain whose work it is. */
export interface JobKind<Input extends object = object, Result extends object = object, Checkpoint = unknown> {
  /** snake_case, for ever: it stands in rows. */
  readonly name: string
  readonly description: string
  readonly class: JobClass
  readonly input: z.ZodType<Input>
  readonly result: z.ZodType<Result>
  readonly checkpoint?: z.ZodType<Checkpoint>
  readonly afterCrash: AfterCrash
  readonly retry: RetryPolicy
  /** True, or why a running job of this kind cannot be stopped. */
  readonly cancellable: true | string
  /** True when an administrator may put it on a schedule of their own. */
  readonly schedulable: boolean
  /** What was decided before, and is the server's own to finish: done as the server when the account that asked is gone by then. */
  readonly outlivesActor?: true
  subject(input: Input): string | null
  locks(input: Input): readonly LockRequest[]
  run(run: JobRun<Input, Checkpoint>): Promise<Result | Suspended>
}

/** Ties the types of a declaration together. */
export function defineJobKind<Input extends object, Result extends object, Checkpoint = null>(
  kind: JobKind<Input, Result, Checkpoint>,
): JobKind<Input, Result, Checkpoint> {
  return kind
}

/** Milliseconds until attempt `next` (from 2): doubling, with a fifth of chance so that many do not come back at once. */
export function backoff({ firstMs, longestMs }: RetryPolicy, next: number): number {
  const plain = Math.min(firstMs * 2 ** Math.max(0, next - 2), longestMs)
  return Math.round(plain * (0.9 + randomInt(0, 201) / 1_000))
}
