import type { z } from 'zod'
import type { Actor } from '../auth/model.ts'
import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
import { actorOf } from './actor.ts'
import {
  JobActorGone,
  JobChildFailed,
  JobInputInvalid,
  JobInterrupted,
  JobKindUnknown,
  JobResultInvalid,
  JobResultTooLarge,
} from './errors.ts'
import type { JobJournal } from './journal.ts'
import { backoff, type JobKind, type JobRun, JobStopped, type ProgressReport, type RetryPolicy, suspended } from './kind.ts'
import type { JobKinds } from './kinds.ts'
import type { CancelRequest, Lease, Leases } from './leases.ts'
import { bounds, type JobLogLevel, type JobProgress } from './model.ts'
import { ProgressMeter } from './progress.ts'
import type { JobQueue } from './queue.ts'
import { type JobRow, progressColumns } from './rows.ts'

export interface ExecutionDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly kinds: JobKinds
  readonly queue: JobQueue
  readonly journal: JobJournal
  readonly log: Log
  /** A row changed: whoever watches is told. */
  changed(row: JobRow): void
  /** A job has ended, or waits again: its row is read anew, and its parent looked after. */
  settled(jobId: string): Promise<void>
}

/** Why a run was asked to stop. */
type Stop = JobStopped['why']

/** How soon the end of a run is written down again when the database could not take it. */
const writingAgain: RetryPolicy = { attempts: Number.POSITIVE_INFINITY, firstMs: 50, longestMs: 5_000 }

/** A run that the server itself ended takes none of the attempts that a failure may take. */
const requeued = { state: 'QUEUED', waitingFor: null, maxAttempts: { increment: 1 } } as const

/** Thrown into a run that is not this process's any more. */
class LeaseLost extends Error {}

/** One run of one job in this process. */
export class Execution {
  readonly row: JobRow
  readonly token: string
  /** Resolves when it has really ended here: nothing of it works any more, and its end stands, or is somebody else's to write. */
  readonly ended: Promise<void>
  /** When its lease was last renewed for sure, on the clock that never jumps. */
  renewedAt: number
  readonly #deps: ExecutionDeps
  readonly #leases: Leases
  readonly #lease: Lease
  readonly #abort = new AbortController()
  readonly #meter: ProgressMeter
  readonly #end: () => void
  #stop: Stop | null = null
  /** What the row says of a wish to cancel since this run has it. */
  #asked: CancelRequest | null = null
  /** The server does not wait for it any longer. */
  #left = false
  /** A write of progress after the end would undo nothing, but must not race it. */
  #writing: Promise<unknown> = Promise.resolve()

  constructor(deps: ExecutionDeps, leases: Leases, lease: Lease, renewedAt: number) {
    this.renewedAt = renewedAt
    this.#deps = deps
    this.#leases = leases
    this.#lease = lease
    this.row = lease.row
    this.token = lease.token
    const { promise, resolve } = Promise.withResolvers<void>()
    this.ended = promise
    this.#end = resolve
    this.#meter = new ProgressMeter({
      clock: deps.clock,
      publish: (progress) => deps.changed({ ...this.row, ...this.#asked, ...progressColumns(progress), changedAt: deps.clock.now() }),
      write: (progress) => this.#write(progress),
    })
  }

  start(): void {
    this.#deps.changed(this.row)
    this.#execute()
      .catch((err: unknown) => this.#deps.log.error({ err, jobId: this.row.id, kind: this.row.kind }, 'a run broke off'))
      .finally(() => {
        this.#meter.stop()
        this.#end()
      })
  }

  /** Somebody has asked for it: also one that does not stop now tells so from here on. */
  cancel({ cancelRequestedAt, cancelledByName }: CancelRequest): void {
    this.#asked = { cancelRequestedAt, cancelledByName }
    const kind = this.#deps.kinds.find(this.row.kind)
    if (kind?.cancellable === true) this.#halt('cancelled')
  }

  shutDown(): void {
    this.#halt('shutDown')
  }

  /** Nobody waits for it any longer: it may end, but tries nothing again. Until the runner works again. */
  leave(left: boolean): void {
    this.#left = left
  }

  lose(): void {
    this.#halt('lost')
  }

  #halt(stop: Stop): void {
    // Cancelled wins over a shutdown: it must not be begun again at the next start.
    if (this.#stop === null || stop === 'lost' || (stop === 'cancelled' && this.#stop === 'shutDown')) this.#stop = stop
    this.#abort.abort(new JobStopped(stop))
  }

  async #execute(): Promise<void> {
    const kind = this.#deps.kinds.find(this.row.kind)
    const data = await this.#outcome(kind)
    this.#meter.stop()
    await this.#writing
    // Not this process's any more, or nobody can tell: whoever has it says what becomes of it.
    if (this.#stop === 'lost') return
    const latest = this.#meter.latest
    const progress = latest ? progressColumns({ ...latest, rate: null }) : {}
    const end = { ...progress, ...data, changedAt: this.#deps.clock.now() }
    const written = await this.#persistently('the end of a job could not be written down', async () => {
      // Meanwhile the lease was lost: another process has the job.
      if (this.#stop !== 'lost') await this.#leases.release(this.#lease, end)
    })
    // False from `release` may also be an end whose answer was lost: who watches is told of the row as it is in any case.
    if (written) await this.#persistently('the end of a job could not be told', () => this.#deps.settled(this.row.id))
  }

  /** Does it until it is done: until then the job stays this process's. False when the server stops and waits no longer. */
  async #persistently(failure: string, work: () => Promise<unknown>): Promise<boolean> {
    for (let tries = 2; ; tries++) {
      try {
        await work()
        return true
      } catch (err) {
        this.#deps.log.error(
          { err, jobId: this.row.id, kind: this.row.kind },
          `${failure}; ${this.#left ? 'it is left' : 'it is tried again'}`,
        )
      }
      if (this.#left) return false
      await new Promise((resolve) => setTimeout(resolve, backoff(writingAgain, tries)))
    }
  }

  /** What the row says after this run. */
  async #outcome(kind: JobKind | null): Promise<Parameters<Leases['release']>[1]> {
    const { clock } = this.#deps
    const ended = (
      state: 'SUCCEEDED' | 'FAILED' | 'CANCELLED' | 'INTERRUPTED',
      problem: { code: string; message: string } | null = null,
    ) => ({
      state,
      waitingFor: null,
      errorCode: problem?.code ?? null,
      errorMessage: problem && storable(problem.message),
      endedAt: clock.now(),
    })
    try {
      // Asked for between two attempts, when no process could hear it.
      if (this.row.cancelRequestedAt) return ended('CANCELLED')
      if (!kind) throw new JobKindUnknown(this.row.kind)
      // Its last run had started them, and ended before it could begin to wait.
      const early = this.row.checkpoint !== null && (await this.#leases.hasOpenChildren(this.row.id))
      const result = early ? suspended : await this.#call(kind)
      if (result === suspended && this.#stop === 'cancelled') return ended('CANCELLED')
      if (result === suspended) return { state: 'WAITING', waitingFor: 'CHILDREN', runAfter: clock.now(), maxAttempts: { increment: 1 } }
      return { ...ended('SUCCEEDED'), result: boundedResult(this.#result(kind, result)) }
    } catch (error) {
      if (this.#stop === 'cancelled') return ended('CANCELLED')
      if (this.#stop === 'shutDown') return kind?.afterCrash === 'INTERRUPT' ? ended('INTERRUPTED', new JobInterrupted()) : requeued
      return this.#failed(kind, error, ended)
    }
  }

  async #failed(
    kind: JobKind | null,
    error: unknown,
    ended: (state: 'FAILED', problem: { code: string; message: string }) => object,
  ): Promise<object> {
    const { clock, log } = this.#deps
    const { id, attempts, maxAttempts } = this.row
    const problem =
      error instanceof Problem ? error : { code: 'INTERNAL', message: 'Something went wrong in the server; its log says more.' }
    if (!(error instanceof Problem)) log.error({ err: error, jobId: id, kind: this.row.kind }, 'a job failed')
    if (!kind || attempts >= maxAttempts || isFinal(error)) {
      await this.#note('ERROR', problem.message)
      return ended('FAILED', problem)
    }
    const pause = backoff(kind.retry, attempts + 1)
    await this.#note('WARNING', `${problem.message} Attempt ${attempts} of ${maxAttempts}; the next one in ${Math.ceil(pause / 1_000)} s.`)
    const runAfter = new Date(clock.now().getTime() + pause)
    return { state: 'WAITING', waitingFor: 'RETRY', runAfter, errorCode: problem.code, errorMessage: storable(problem.message) }
  }

  /** A line that cannot be written must not keep the end of the job from being written. */
  async #note(level: JobLogLevel, message: string): Promise<void> {
    const { journal, log } = this.#deps
    await journal
      .append(this.row.id, this.row.attempts, level, message)
      .catch((err: unknown) => log.warn({ err, jobId: this.row.id }, 'a line of a job’s log could not be written'))
  }

  async #call(kind: JobKind): Promise<unknown> {
    const { journal } = this.#deps
    const { id, attempts, maxAttempts } = this.row
    const actor = await this.#actor(kind)
    const run: JobRun<object, unknown> = {
      jobId: id,
      input: requireShape(kind.input, this.row.input, 'input'),
      actor,
      actorNow: () => this.#actor(kind),
      attempt: attempts,
      lastAttempt: attempts >= maxAttempts,
      checkpoint:
        this.row.checkpoint === null || !kind.checkpoint ? null : requireShape(kind.checkpoint, this.row.checkpoint, 'checkpoint'),
      signal: this.#abort.signal,
      progress: (report: ProgressReport) => this.#meter.report(report),
      log: (level: JobLogLevel, message: string) => journal.append(id, attempts, level, message),
      save: (checkpoint, transaction) => this.#save(checkpoint, transaction),
      startChildren: (children, checkpoint) => this.#startChildren(actor, children, checkpoint),
      children: () => this.#children(),
    }
    return kind.run(run)
  }

  #result(kind: JobKind, result: unknown): object {
    const { data, error } = kind.result.safeParse(result)
    if (data) return data
    this.#deps.log.error({ err: error, jobId: this.row.id, kind: kind.name }, 'a job gave back what its kind does not declare')
    throw new JobResultInvalid()
  }

  async #actor(kind: JobKind): Promise<Actor> {
    const { clock, database } = this.#deps
    try {
      return await actorOf(database, this.row, clock.now())
    } catch (error) {
      if (kind.outlivesActor && error instanceof JobActorGone) return { kind: 'system', reason: `job ${kind.name}` }
      throw error
    }
  }

  async #save(checkpoint: unknown, transaction?: DatabaseTransaction): Promise<void> {
    const bytes = Buffer.byteLength(JSON.stringify(checkpoint))
    if (bytes > bounds.checkpointBytes) throw new Error(`A checkpoint of ${bytes} bytes is more than ${bounds.checkpointBytes}.`)
    const held = await this.#leases.update(this.#lease, { checkpoint: checkpoint as object }, transaction)
    if (held) return
    this.lose()
    throw new LeaseLost('The job is not this process’s any more.')
  }

  /** The children and the checkpoint that knows of them stand together, so that a crash in between starts none twice. */
  async #startChildren(
    actor: Actor,
    children: readonly { kind: string; input: unknown }[],
    checkpoint: unknown,
  ): Promise<typeof suspended> {
    const { database, queue } = this.#deps
    if (children.length > bounds.children) throw new Error(`${children.length} parts are more than ${bounds.children}.`)
    await database.$transaction(async (transaction) => {
      await this.#save(checkpoint, transaction)
      const row = await transaction.job.findUniqueOrThrow({ where: { id: this.row.id }, select: { cancelRequestedAt: true } })
      if (row.cancelRequestedAt) this.#halt('cancelled')
      // Nothing of this transaction stands then: whoever cancels finds all parts that there are.
      this.#abort.signal.throwIfAborted()
      for (const child of children) await queue.add(actor, { ...child, parentId: this.row.id }, transaction)
    })
    return suspended
  }

  async #children(): Promise<{ kind: string; state: string; result: unknown }[]> {
    return this.#deps.database.job.findMany({
      where: { parentId: this.row.id },
      orderBy: { id: 'asc' },
      take: bounds.children,
      select: { kind: true, state: true, result: true },
    })
  }

  #write(progress: JobProgress): void {
    this.#writing = this.#writing
      .then(() => this.#leases.update(this.#lease, { ...progressColumns(progress), changedAt: this.#deps.clock.now() }))
      .catch((err: unknown) => this.#deps.log.warn({ err, jobId: this.row.id }, 'the progress of a job could not be written down'))
  }
}

/** What a further attempt would not change. */
function isFinal(error: unknown): boolean {
  if ([JobChildFailed, JobResultInvalid, JobResultTooLarge, JobKindUnknown].some((each) => error instanceof each)) return true
  return error instanceof Problem && error.status >= 400 && error.status < 500 && error.code !== 'RATE_LIMITED'
}

/** What an older release put there may not be what today's takes: then the job fails, and says so. */
function requireShape<T>(shape: z.ZodType<T>, value: unknown, what: 'input' | 'checkpoint'): T {
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new JobInputInvalid(what, [what, ...(issue?.path ?? [])].join('.'), issue?.message ?? '')
}

function boundedResult(result: object): object {
  const text = JSON.stringify(result, (_key, value: unknown) => (typeof value === 'string' ? storable(value) : value))
  const bytes = Buffer.byteLength(text)
  if (bytes > bounds.resultBytes) throw new JobResultTooLarge(bytes, bounds.resultBytes)
  return JSON.parse(text) as object
}

/** PostgreSQL takes neither NUL nor half a character: an end that holds one could never be written down. */
function storable(text: string): string {
  return text.replaceAll('\0', '').toWellFormed()
}
