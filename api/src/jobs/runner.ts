import type { Clock } from '../platform/clock.ts'
import type { DatabaseProvider } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import { JobCrashed, JobInterrupted, JobKindUnknown } from './errors.ts'
import { Execution, type ExecutionDeps } from './execution.ts'
import { backoff } from './kind.ts'
import type { JobKinds } from './kinds.ts'
import type { CancelRequest, Lease, Leases } from './leases.ts'
import { type JobClass, jobClasses } from './model.ts'
import type { JobRow } from './rows.ts'

/** How often a process that runs jobs says so within the time of a lease: many may be missed before it ends. */
const heartbeats = 15
/** How often processes that share a queue look for what another one put there or left behind. */
const sharedPollMs = 3_000
/** A queue of this process's own tells it; this is for what it was not told, such as a clock that was put forward. */
const ownPollMs = 60_000
/** So long a stop of the server waits for running jobs, in milliseconds. */
export const usualPatienceMs = 8_000
/** A job that took its process down with it so often is not tried again. */
const mostCrashes = 20

export interface RunnerDeps extends ExecutionDeps {
  readonly provider: DatabaseProvider
  readonly clock: Clock
  readonly kinds: JobKinds
  readonly log: Log
  /** True when no other process can run jobs of this database. */
  readonly alone: boolean
  /** So long another process leaves the jobs of one alone that says nothing. */
  readonly leaseMs: number
  /** So long a stop waits for running jobs, in milliseconds. What has not ended then goes on at the next start. */
  readonly patienceMs: number
}

export interface RunnerWork {
  readonly accepting: boolean
  /** Jobs that run in this process now. */
  readonly running: number
  /** Runs that ended in this process since its start, however they did. */
  readonly done: number
  /** Since it last looked through the queue to the end. */
  readonly lookedMsAgo: number
  /** Why the last look failed; null when it did not. */
  readonly failure: unknown
}

/** Runs the queue: claims what is due, keeps its leases, takes up what a process that is gone left behind. */
export class JobRunner {
  readonly #deps: RunnerDeps
  readonly #leases: Leases
  readonly #running = new Map<string, Execution>()
  #timer: NodeJS.Timeout | null = null
  #heartbeat: NodeJS.Timeout | null = null
  #passing: Promise<void> | null = null
  #again = false
  #stopped = true
  #orphansAt = Number.NEGATIVE_INFINITY
  /** Since the start of the only process there is, whatever was leased then has not been looked at. */
  #allOrphans = false
  /** Jobs whose lease has ended: with what, and when this process first saw it so. */
  readonly #suspects = new Map<string, { readonly mark: string; readonly since: number }>()
  #done = 0
  #lookedAt = 0
  #failure: unknown = null

  constructor(deps: RunnerDeps, leases: Leases) {
    this.#deps = deps
    this.#leases = leases
  }

  /** What this process does of the queue. */
  get work(): RunnerWork {
    const { clock } = this.#deps
    return {
      accepting: !this.#stopped,
      running: this.#running.size,
      done: this.#done,
      lookedMsAgo: clock.monotonic() - this.#lookedAt,
      failure: this.#failure,
    }
  }

  async start(): Promise<void> {
    this.#stopped = false
    this.#lookedAt = this.#deps.clock.monotonic()
    // What the last stop did not wait for goes on.
    for (const execution of this.#running.values()) execution.leave(false)
    if (this.#running.size > 0) this.#beat()
    this.#allOrphans = this.#deps.alone
    try {
      await this.#recoverAll()
    } finally {
      // What failed is told, and tried again: a runner that was started runs.
      this.wake()
    }
  }

  /** Takes no more, and gives every running job the time to reach a place from which it can go on. */
  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearTimeout(this.#timer)
    for (const execution of this.#running.values()) execution.shutDown()
    await this.#passing
    // A claim that was under way may have brought one more.
    for (const execution of this.#running.values()) execution.shutDown()
    await this.#untilEnded()
    if (this.#heartbeat) clearInterval(this.#heartbeat)
    this.#heartbeat = null
  }

  /** What does not end in time keeps its place: it works on, and must not be begun beside itself. */
  async #untilEnded(): Promise<void> {
    const patience = Promise.withResolvers<void>()
    const timer = setTimeout(patience.resolve, this.#deps.patienceMs)
    await Promise.race([patience.promise, Promise.all([...this.#running.values()].map(({ ended }) => ended))])
    clearTimeout(timer)
    for (const execution of this.#running.values()) execution.leave(true)
  }

  /** Something may be due. Cheap: many calls at once make one pass. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#passing ??= this.#pass()
  }

  /** Asks a job of this process to stop; others hear it at their next heartbeat. */
  cancel(jobId: string, asked: CancelRequest): void {
    this.#running.get(jobId)?.cancel(asked)
  }

  async #pass(): Promise<void> {
    // Not within whatever called: a transaction that is open there must not become this one's.
    await new Promise(setImmediate)
    // A wake that comes at any point of this is seen by the loop, which ends in the same step in which the pass is over.
    while (this.#again && !this.#stopped) {
      this.#again = false
      try {
        await this.#recoverNowAndThen()
        // One small question first: what has nothing to do is to cost next to nothing.
        const due = await this.#leases.nextDue()
        const now = this.#deps.clock.now()
        const isDue = due !== null && due <= now
        while (isDue && !this.#stopped && (await this.#claimOne())) this.#again = true
        if (!this.#again) this.#arm(isDue ? await this.#leases.nextDue(now) : due)
        this.#lookedAt = this.#deps.clock.monotonic()
        this.#failure = null
      } catch (err) {
        this.#failure = err
        this.#deps.log.error({ err }, 'the job queue could not be read; it is tried again')
        this.#tryAgain(sharedPollMs)
      }
    }
    this.#passing = null
  }

  #arm(due: Date | null): void {
    const usual = this.#deps.alone ? ownPollMs : sharedPollMs
    const poll = this.#suspects.size > 0 ? Math.min(usual, (5 * this.#deps.leaseMs) / heartbeats) : usual
    const wait = due ? due.getTime() - this.#deps.clock.now().getTime() : poll
    this.#tryAgain(Math.max(10, Math.min(wait, poll)))
  }

  #tryAgain(inMs: number): void {
    if (this.#timer) clearTimeout(this.#timer)
    if (!this.#stopped) this.#timer = setTimeout(() => this.wake(), inMs).unref()
  }

  async #claimOne(): Promise<boolean> {
    const used = new Map<string, number>()
    for (const { row } of this.#running.values()) used.set(row.class, (used.get(row.class) ?? 0) + 1)
    const classes = (Object.keys(jobClasses) as JobClass[]).filter((name) => (used.get(name) ?? 0) < jobClasses[name].atOnce)
    const asked = this.#deps.clock.monotonic()
    // What was taken from this process while it stood still may be due again while the run of before still ends here.
    const { lease, blocked } = await this.#leases.claim(classes, [...this.#running.keys()])
    for (const row of blocked) this.#deps.changed(row)
    if (!lease) return false
    this.#run(lease, asked)
    return true
  }

  #run(lease: Lease, claimedAt: number): void {
    const execution = new Execution(this.#deps, this.#leases, lease, claimedAt)
    this.#running.set(lease.row.id, execution)
    this.#beat()
    void execution.ended.then(() => {
      if (this.#running.get(lease.row.id) === execution) this.#running.delete(lease.row.id)
      this.#done += 1
      this.wake()
    })
    execution.start()
  }

  #beat(): void {
    this.#heartbeat ??= setInterval(() => void this.#renew(), this.#deps.leaseMs / heartbeats).unref()
  }

  async #renew(): Promise<void> {
    const { clock, log } = this.#deps
    const running = [...this.#running.values()]
    if (running.length === 0) {
      if (this.#heartbeat) clearInterval(this.#heartbeat)
      this.#heartbeat = null
      return
    }
    // Before anything that may not answer: a renewal that hangs does not fail either.
    this.#loseOverdue(running)
    const asked = clock.monotonic()
    try {
      const held = await this.#leases.renew(running.map(({ token }) => token))
      for (const execution of running) {
        const own = held.get(execution.token)
        if (!own) execution.lose()
        else {
          execution.renewedAt = Math.max(execution.renewedAt, asked)
          if (own.cancelRequestedAt) execution.cancel(own)
        }
      }
    } catch (err) {
      log.warn({ err }, 'the leases of running jobs could not be renewed')
      this.#loseOverdue(running)
    }
  }

  /** Another process takes them over when the lease has ended: until then they must have stopped here. */
  #loseOverdue(running: readonly Execution[]): void {
    const { alone, clock, leaseMs } = this.#deps
    if (alone) return
    const oldest = clock.monotonic() - leaseMs * (1 - 3 / heartbeats)
    for (const execution of running) if (execution.renewedAt < oldest) execution.lose()
  }

  async #recoverAll(): Promise<void> {
    if (!this.#allOrphans) return
    await this.#recover(true)
    this.#allOrphans = false
  }

  async #recoverNowAndThen(): Promise<void> {
    await this.#recoverAll()
    const now = this.#deps.clock.monotonic()
    if (now - this.#orphansAt < this.#deps.leaseMs / 3) return
    this.#orphansAt = now
    await this.#recover(false)
  }

  /** Decides what becomes of the jobs whose process is gone. */
  async #recover(all: boolean): Promise<void> {
    for (const id of await this.#leases.waitingForNobody()) await this.#deps.settled(id)
    for (;;) {
      const orphans = await this.#leases.orphans(all)
      const gone = orphans.filter((row) => !this.#running.has(row.id) && (all || this.#isSilent(row)))
      for (const id of this.#suspects.keys()) if (!orphans.some((row) => row.id === id)) this.#suspects.delete(id)
      let moved = 0
      for (const row of gone) if (await this.#takeUp(row)) moved += 1
      if (moved === 0) return
    }
  }

  /**
   * Whether the process of a lease that has ended has said nothing for a while by this process's own count: clocks of two machines differ, and after a
   * sleep every lease seems to have ended.
   */
  #isSilent({ id, leaseToken, leaseUntil }: JobRow): boolean {
    if (leaseUntil === null) return true
    const [now, mark] = [this.#deps.clock.monotonic(), `${leaseToken} ${leaseUntil.getTime()}`]
    const suspect = this.#suspects.get(id)
    if (suspect?.mark === mark) return now - suspect.since > (3 * this.#deps.leaseMs) / heartbeats
    this.#suspects.set(id, { mark, since: now })
    // Looked at again soon, and not only at the next round.
    this.#orphansAt = now - this.#deps.leaseMs / 3 + (4 * this.#deps.leaseMs) / heartbeats
    return false
  }

  async #takeUp(row: JobRow): Promise<boolean> {
    const { clock, kinds, journal, log } = this.#deps
    const now = clock.now()
    const kind = kinds.find(row.kind)
    const end = (state: 'FAILED' | 'INTERRUPTED' | 'CANCELLED', problem: { code: string; message: string } | null) => ({
      state,
      waitingFor: null,
      errorCode: problem?.code ?? null,
      errorMessage: problem?.message ?? null,
      endedAt: now,
      changedAt: now,
    })
    const crashes = row.crashes + 1
    const data = row.cancelRequestedAt
      ? end('CANCELLED', null)
      : !kind
        ? end('INTERRUPTED', new JobKindUnknown(row.kind))
        : kind.afterCrash === 'INTERRUPT'
          ? end('INTERRUPTED', new JobInterrupted())
          : crashes > mostCrashes
            ? end('FAILED', new JobCrashed(crashes))
            : this.#requeued(crashes, now)
    if (!(await this.#leases.takeFrom(row, { ...data, crashes }))) return false
    // A line that cannot be written must not keep anybody from hearing of it.
    await journal
      .append(row.id, row.attempts, 'WARNING', wordsFor(data.state))
      .catch((err: unknown) => log.warn({ err, jobId: row.id }, 'a line of a job’s log could not be written'))
    await this.#deps.settled(row.id)
    return true
  }

  /** It takes none of the attempts that a failure may take; and a job that takes its process down must leave it time for the others. */
  #requeued(crashes: number, now: Date) {
    const pause = crashes <= 1 ? 0 : backoff({ attempts: 0, firstMs: 1_000, longestMs: 60_000 }, crashes)
    const runAfter = new Date(now.getTime() + pause)
    return { state: 'QUEUED' as const, waitingFor: null, runAfter, maxAttempts: { increment: 1 }, changedAt: now }
  }
}

function wordsFor(state: string): string {
  if (state === 'QUEUED') return 'The server stopped while this ran; it goes on.'
  return 'The server stopped while this ran.'
}
