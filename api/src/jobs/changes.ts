import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import type { JobJournal } from './journal.ts'
import { type Job, jobLogGrown, jobsChanged } from './model.ts'
import { type JobRow, jobOf } from './rows.ts'

/** How often a process looks for what others changed, while somebody watches here, in milliseconds. */
const pollMs = 500
/** Rows may become visible a little after the time they carry. */
const overlapMs = 2_000

export interface ChangesDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly journal: JobJournal
  readonly log: Log
  /** True when no other process changes jobs. */
  readonly alone: boolean
  /** Another process was asked to cancel a job that runs: perhaps here. */
  cancelled(row: JobRow): void
}

/** Tells this process's readers of jobs that changed, here or in another process. */
export class JobChanges {
  readonly #deps: ChangesDeps
  readonly #undo: (() => void)[] = []
  readonly #timers = new Map<string, NodeJS.Timeout>()
  /** What readers here have been told of each job lately: as of when, and whether somebody wants it to stop. */
  readonly #told = new Map<string, { readonly at: number; readonly cancelled: boolean }>()
  #forgotAt = 0

  constructor(deps: ChangesDeps) {
    this.#deps = deps
  }

  start(): void {
    const { alone, bus } = this.#deps
    if (alone) return
    this.#undo.push(
      bus.onDemand(jobsChanged, { wanted: () => this.#every('jobs', () => this.#poll()), unwanted: () => this.#never('jobs') }),
      bus.onDemand(jobLogGrown, {
        wanted: (jobId) => this.#every(jobId, () => this.#pollLog(jobId)),
        unwanted: (jobId) => this.#never(jobId),
      }),
    )
  }

  stop(): void {
    for (const undo of this.#undo) undo()
    for (const key of [...this.#timers.keys()]) this.#never(key)
  }

  publish(row: JobRow): void {
    if (!this.#deps.alone) this.#tell(row)
    this.#publish([jobOf(row)])
  }

  /** Remembers what is told now, and forgets what is too old to be found again. */
  #tell({ id, changedAt, cancelRequestedAt }: JobRow): void {
    this.#told.set(id, { at: changedAt.getTime(), cancelled: cancelRequestedAt !== null })
    const now = this.#deps.clock.now().getTime()
    if (now - this.#forgotAt < overlapMs) return
    this.#forgotAt = now
    for (const [known, { at }] of this.#told) if (at < now - 2 * overlapMs) this.#told.delete(known)
  }

  #publish(jobs: readonly Job[]): void {
    if (jobs.length > 0) this.#deps.bus.publish(jobsChanged, 'all', new Map(jobs.map((job) => [job.id, job])))
  }

  #every(key: string, look: () => Promise<void>): void {
    let looking = false
    const turn = () => {
      if (looking) return
      looking = true
      look()
        .catch((err: unknown) => this.#deps.log.warn({ err }, 'jobs of other processes could not be looked for'))
        .finally(() => {
          looking = false
        })
    }
    this.#timers.set(key, setInterval(turn, pollMs).unref())
  }

  #never(key: string): void {
    clearInterval(this.#timers.get(key))
    this.#timers.delete(key)
  }

  async #poll(): Promise<void> {
    const since = new Date(this.#deps.clock.now().getTime() - overlapMs)
    const rows = await this.#deps.database.job.findMany({
      where: { changedAt: { gte: since } },
      orderBy: { changedAt: 'asc' },
      take: 1_000,
    })
    const fresh = rows.filter((row) => this.#isFresh(row))
    for (const row of fresh) {
      if (row.cancelRequestedAt && row.state === 'RUNNING') this.#deps.cancelled(row)
      this.#tell(row)
    }
    this.#publish(fresh.map(jobOf))
  }

  /** Progress that is told here stands in no row, and is newer than what another process has written meanwhile: a wish to cancel is news all the same. */
  #isFresh({ id, changedAt, cancelRequestedAt }: JobRow): boolean {
    const told = this.#told.get(id)
    return !told || told.at < changedAt.getTime() || (cancelRequestedAt !== null && !told.cancelled)
  }

  async #pollLog(jobId: string): Promise<void> {
    this.#deps.bus.publish(jobLogGrown, jobId, { sequence: await this.#deps.journal.lastSequence(jobId) })
  }
}
