import type { AuditService } from '../audit/service.ts'
import type { Actor } from '../auth/model.ts'
import { type Bus, type Reader, startingWith } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { InvalidInput, Problem } from '../platform/errors.ts'
import { JobEnded, JobNotCancellable, JobNotFound, JobNotRetryable } from './errors.ts'
import type { JobJournal } from './journal.ts'
import type { JobKind } from './kind.ts'
import type { JobKinds } from './kinds.ts'
import type { CancelRequest } from './leases.ts'
import { bounds, isEnded, type Job, type JobLogLine, type JobState, jobLogGrown, jobsChanged, openStates } from './model.ts'
import { maySeeJob, requireManageJob, requireManageJobs, requireReadJobs, visibleActorId } from './policy.ts'
import { jobOf } from './rows.ts'
import { eachJob, eachLine } from './watching.ts'

export interface JobsServiceDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly audit: AuditService
  readonly kinds: JobKinds
  readonly journal: JobJournal
  /** Something may be due now. */
  wake(): void
  /** Stops it if this process runs it. */
  cancelHere(jobId: string, asked: CancelRequest): void
  /** A row changed outside of any run. */
  settled(jobId: string): Promise<void>
}

/** Which jobs: what is not said does not matter. */
export interface JobFilter {
  readonly states?: readonly JobState[] | undefined
  readonly kinds?: readonly string[] | undefined
  readonly scheduleName?: string | undefined
  readonly parentId?: string | undefined
  readonly actorId?: string | undefined
}

type Where = NonNullable<NonNullable<Parameters<Database['job']['findMany']>[0]>['where']>

/** All work that outlives a request: to read, to watch, to cancel, to try again. */
export class JobsService {
  readonly #deps: JobsServiceDeps

  constructor(deps: JobsServiceDeps) {
    this.#deps = deps
  }

  /** The kinds of work that this server knows, by name. Throws UNAUTHENTICATED. */
  kinds(actor: Actor): JobKind[] {
    requireReadJobs(actor)
    return this.#deps.kinds.list()
  }

  /** True for a kind that an upgrade removed: its jobs are shown, and nothing else. */
  isKnown(kind: string): boolean {
    return this.#deps.kinds.find(kind) !== null
  }

  /** True, or why a running job of this kind cannot be cancelled. */
  cancellable(kind: string): true | string {
    return this.#deps.kinds.find(kind)?.cancellable ?? true
  }

  /** Newest first, those before the id `after`. One's own; administrators all. */
  async list(actor: Actor, filter: JobFilter, page: { after: string | null; limit: number }): Promise<Job[]> {
    requireReadJobs(actor)
    if (page.after !== null && !isId(page.after)) throw new InvalidInput('This is not a cursor of this list.', 'after')
    const rows = await this.#deps.database.job.findMany({
      where: { AND: [whereOf(filter, visibleActorId(actor)), ...(page.after === null ? [] : [{ id: { lt: page.after } }])] },
      orderBy: { id: 'desc' },
      take: page.limit,
    })
    return rows.map(jobOf)
  }

  /** How many there are of these. */
  count(actor: Actor, filter: JobFilter): Promise<number> {
    requireReadJobs(actor)
    return this.#deps.database.job.count({ where: whereOf(filter, visibleActorId(actor)) })
  }

  /** Null when there is none of this id that the actor may see. */
  async get(actor: Actor, id: string): Promise<Job | null> {
    requireReadJobs(actor)
    const job = await this.#find(id)
    return job && maySeeJob(actor, job) ? job : null
  }

  /** The parts of a job, in the order in which they were started. */
  async children(parentId: string): Promise<Job[]> {
    const rows = await this.#deps.database.job.findMany({ where: { parentId }, orderBy: { id: 'asc' }, take: bounds.children })
    return rows.map(jobOf)
  }

  /**
   * A job as it is, then each time it changed, at most four times a second; without an id every job that is not over, then each that changes.
   * Throws JOB_NOT_FOUND.
   */
  async watch(actor: Actor, id: string | null): Promise<Reader<Job>> {
    requireReadJobs(actor)
    const { bus, database } = this.#deps
    const reader = bus.watch(jobsChanged, 'all')
    try {
      if (id !== null && !(await this.get(actor, id))) throw new JobNotFound()
      const present = async () => {
        const own = visibleActorId(actor)
        const where = id === null ? { state: { in: openStates }, ...(own === null ? {} : { actorId: own }) } : { id }
        const rows = await database.job.findMany({ where, orderBy: { id: 'asc' }, take: 1_000 })
        return new Map(rows.map((row) => [row.id, jobOf(row)]))
      }
      const wanted = (job: Job) => (id === null || job.id === id) && maySeeJob(actor, job)
      return eachJob(startingWith<ReadonlyMap<string, Job>>(present, reader), wanted)
    } catch (error) {
      await reader.return()
      throw error
    }
  }

  /** Lines of a job's log after the sequence `after`, oldest first. Throws JOB_NOT_FOUND. */
  async log(actor: Actor, id: string, page: { after: number; limit: number }): Promise<JobLogLine[]> {
    if (!(await this.get(actor, id))) throw new JobNotFound()
    return this.#deps.journal.read(id, page.after, page.limit)
  }

  /** Every line after `after`, those that are there first, then each as it comes. Throws JOB_NOT_FOUND. */
  async watchLog(actor: Actor, id: string, after: number): Promise<Reader<JobLogLine>> {
    const { bus, journal } = this.#deps
    requireReadJobs(actor)
    const reader = bus.watch(jobLogGrown, id)
    if (await this.get(actor, id)) return eachLine(reader, after, (last) => journal.read(id, last, 200))
    await reader.return()
    throw new JobNotFound()
  }

  /**
   * Takes a job that waits out of the queue, with all its parts, and asks a running one to stop: it ends as CANCELLED as soon as it has reached a
   * place where it can. Errors: JOB_NOT_FOUND, JOB_ENDED, JOB_NOT_CANCELLABLE.
   */
  async cancel(actor: Actor, id: string): Promise<Job> {
    return this.#audited(actor, 'jobs.cancel', id, async (job) => {
      if (isEnded(job.state)) throw new JobEnded()
      const cancellable = this.cancellable(job.kind)
      if (job.state === 'RUNNING' && cancellable !== true) throw new JobNotCancellable(cancellable)
      await this.#cancel(job.id, actor.kind === 'user' ? actor.username : 'system')
      return this.#require(id)
    })
  }

  /**
   * Lets a job that failed or was interrupted go on, from its last checkpoint where it has one; of a job with parts those that failed.
   * Errors: JOB_NOT_FOUND, JOB_NOT_RETRYABLE, JOB_KIND_UNKNOWN.
   */
  async retry(actor: Actor, id: string): Promise<Job> {
    return this.#audited(actor, 'jobs.retry', id, async (job) => {
      const kind = this.#deps.kinds.require(job.kind)
      if (job.state === 'CANCELLED') throw new JobNotRetryable('This job was cancelled. Start it anew instead.')
      if (job.state !== 'FAILED' && job.state !== 'INTERRUPTED')
        throw new JobNotRetryable(isEnded(job.state) ? 'This job has succeeded.' : 'This job is not over yet.')
      const failed = await this.#parts(id, ['FAILED', 'INTERRUPTED'])
      // Together or not at all: parts that go on below a job that does not would be nobody's.
      await this.#deps.database.$transaction(async (transaction) => {
        for (const child of failed) await this.#requeue(transaction, child, this.#deps.kinds.find(child.kind)?.retry.attempts ?? 1, null)
        await this.#requeue(transaction, job, kind.retry.attempts, failed.length > 0 ? 'CHILDREN' : null)
      })
      await this.#deps.journal.append(id, job.attempts, 'INFO', `Started again by ${actor.kind === 'user' ? actor.username : 'system'}.`)
      for (const each of [...failed, job]) await this.#deps.settled(each.id)
      this.#deps.wake()
      return this.#require(id)
    })
  }

  async #requeue(transaction: DatabaseTransaction, job: Job, attempts: number, waitingFor: 'CHILDREN' | null): Promise<void> {
    const now = this.#deps.clock.now()
    const { count } = await transaction.job.updateMany({
      where: { id: job.id, state: job.state },
      data: {
        state: waitingFor ? 'WAITING' : 'QUEUED',
        waitingFor,
        maxAttempts: job.attempts + attempts,
        runAfter: now,
        // How long it takes and how often it took its process down counts from here on.
        startedAt: null,
        endedAt: null,
        crashes: 0,
        errorCode: null,
        errorMessage: null,
        cancelRequestedAt: null,
        cancelledByName: null,
        changedAt: now,
      },
    })
    if (count === 0) throw new JobNotRetryable('Somebody else was quicker.')
  }

  async #cancel(id: string, cancelledByName: string): Promise<void> {
    const { clock, database } = this.#deps
    for (;;) {
      const now = clock.now()
      const asked = { cancelRequestedAt: now, cancelledByName, changedAt: now }
      const waits = { id, state: { in: ['QUEUED', 'WAITING'] as ('QUEUED' | 'WAITING')[] } }
      const ended = await database.job.updateMany({ where: waits, data: { ...asked, state: 'CANCELLED', waitingFor: null, endedAt: now } })
      if (ended.count > 0) break
      const running = await database.job.updateMany({ where: { id, state: 'RUNNING' }, data: asked })
      this.#deps.cancelHere(id, asked)
      // Between the two it may have begun to wait, or have ended.
      if (running.count > 0 || (await database.job.count({ where: waits })) === 0) break
    }
    for (const child of await this.#parts(id, openStates)) await this.#cancel(child.id, cancelledByName)
    await this.#deps.settled(id)
  }

  async #parts(parentId: string, states: readonly JobState[]): Promise<Job[]> {
    const where = { parentId, state: { in: [...states] } }
    const rows = await this.#deps.database.job.findMany({ where, orderBy: { id: 'asc' }, take: bounds.children })
    return rows.map(jobOf)
  }

  async #audited(actor: Actor, action: string, id: string, work: (job: Job) => Promise<Job>): Promise<Job> {
    const { audit } = this.#deps
    requireManageJobs(actor)
    const job = await this.#find(id)
    try {
      requireManageJob(actor, job)
      const changed = await work(job)
      await audit.record(actor, { action, target: job.id, result: 'ok', details: { kind: job.kind, subject: job.subject } })
      return changed
    } catch (error) {
      if (error instanceof Problem) await audit.record(actor, { action, target: id.slice(0, 64), result: error.code })
      throw error
    }
  }

  async #find(id: string): Promise<Job | null> {
    const row = isId(id) ? await this.#deps.database.job.findUnique({ where: { id } }) : null
    return row && jobOf(row)
  }

  async #require(id: string): Promise<Job> {
    const job = await this.#find(id)
    if (!job) throw new JobNotFound()
    return job
  }
}

function whereOf({ states, kinds, scheduleName, parentId, actorId }: JobFilter, own: string | null): Where {
  return {
    ...(states ? { state: { in: [...states] } } : {}),
    ...(kinds ? { kind: { in: [...kinds] } } : {}),
    ...(scheduleName !== undefined ? { scheduleName } : {}),
    ...(parentId !== undefined ? { parentId } : {}),
    AND: [actorId !== undefined ? { actorId } : {}, own === null ? {} : { actorId: own }],
  }
}

/** PostgreSQL has no text with NUL: what cannot be an id is not looked for. */
function isId(text: string): boolean {
  return /^[0-9a-z]{26}$/.test(text)
}
