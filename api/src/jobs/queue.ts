import type { z } from 'zod'
import type { Actor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { InvalidInput } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import { transactionScope } from '../platform/transaction-scope.ts'
import { originColumns } from './actor.ts'
import { IdempotencyKeyReused, TooManyJobs } from './errors.ts'
import type { JobKinds } from './kinds.ts'
import { bounds, type Job, type LockRequest, openStates } from './model.ts'
import { type JobRow, jobOf } from './rows.ts'

export interface QueueDeps {
  readonly database: Database
  readonly clock: Clock
  readonly kinds: JobKinds
  /** Told when a job stands in the queue. */
  added(row: JobRow): void
}

export interface NewJob {
  readonly kind: string
  readonly input: unknown
  /** The same key gives the same job, however often it is asked for: an answer that was lost can be asked for again. */
  readonly idempotencyKey?: string | null
  readonly scheduleName?: string | null
  readonly dueAt?: Date | null
  readonly parentId?: string | null
  /** Not before this time. */
  readonly runAfter?: Date
  /** Instead of what the kind says. */
  readonly maxAttempts?: number
  /** Besides those of its kind. */
  readonly locks?: readonly LockRequest[]
}

/** Where work is put down: what stands here will be done, whatever happens to this process. */
export class JobQueue {
  readonly #deps: QueueDeps

  constructor(deps: QueueDeps) {
    this.#deps = deps
  }

  /**
   * The job that this wish has made before, by its idempotency key; null when there is none. For callers whose checks its success would fail.
   * Errors as of `add`.
   */
  async known(actor: Actor, wish: NewJob): Promise<Job | null> {
    if (!wish.idempotencyKey) return null
    const { database, kinds } = this.#deps
    const kind = kinds.require(wish.kind)
    const input = requireInput(kind.input.safeParse(wish.input))
    const row = await database.job.findUnique({ where: { idempotencyKey: keyOf(actor, wish.idempotencyKey) } })
    return row && sameJob(row, { kind: kind.name, input })
  }

  /**
   * Puts a job into the queue, in the actor's name; what the actor may do is the caller's to decide. With a transaction it stands when that does.
   * Errors: JOB_KIND_UNKNOWN, INVALID_INPUT, IDEMPOTENCY_KEY_REUSED, TOO_MANY_JOBS.
   */
  async add(actor: Actor, wish: NewJob, transaction?: DatabaseTransaction): Promise<Job> {
    const { clock, database, kinds } = this.#deps
    const kind = kinds.require(wish.kind)
    const input = requireInput(kind.input.safeParse(wish.input))
    const now = clock.now()
    const idempotencyKey = wish.idempotencyKey ? keyOf(actor, wish.idempotencyKey) : null
    const data = {
      id: createId(now.getTime()),
      kind: kind.name,
      class: kind.class,
      state: 'QUEUED' as const,
      input,
      subject: kind.subject(input)?.slice(0, 1_000) ?? null,
      ...originColumns(actor),
      scheduleName: wish.scheduleName ?? null,
      dueAt: wish.dueAt ?? null,
      parentId: wish.parentId ?? null,
      idempotencyKey,
      locks: merged([...kind.locks(input), ...(wish.locks ?? [])]) as object[],
      attempts: 0,
      maxAttempts: wish.maxAttempts ?? kind.retry.attempts,
      runAfter: wish.runAfter ?? now,
      createdAt: now,
      changedAt: now,
    }
    const client = transaction ?? database
    const before = idempotencyKey ? await client.job.findUnique({ where: { idempotencyKey } }) : null
    if (before) return sameJob(before, data)
    if (actor.kind === 'user' && !wish.parentId) {
      const open = await client.job.count({ where: { actorId: actor.userId, state: { in: openStates } } })
      if (open >= bounds.openJobs) throw new TooManyJobs(bounds.openJobs)
    }
    try {
      const row = await client.job.create({ data })
      const scope = transactionScope(transaction)
      if (scope) scope.afterEnd((committed) => committed && this.#deps.added(row))
      else this.#deps.added(row)
      return jobOf(row)
    } catch (error) {
      // Two with the same key at once: one of them made the job. Within a transaction that is the end of it.
      const other = idempotencyKey && !transaction ? await database.job.findUnique({ where: { idempotencyKey } }) : null
      if (other) return sameJob(other, data)
      throw error
    }
  }
}

function requireInput(parsed: z.ZodSafeParseResult<object>): object {
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new InvalidInput(issue?.message ?? 'This is no input for this kind of job.', ['input', ...(issue?.path ?? [])].join('.'))
  }
  const bytes = Buffer.byteLength(JSON.stringify(parsed.data))
  if (bytes > bounds.inputBytes) throw new InvalidInput(`The input has ${bytes} bytes; at most ${bounds.inputBytes} are taken.`, 'input')
  return parsed.data
}

/** Each name once: exclusive where any of them is. */
function merged(locks: readonly LockRequest[]): LockRequest[] {
  const exclusive = new Map<string, boolean>()
  for (const lock of locks) exclusive.set(lock.name, lock.exclusive || (exclusive.get(lock.name) ?? false))
  return [...exclusive].map(([name, alone]) => ({ name, exclusive: alone }))
}

/** Nobody's key meets another one's. */
function keyOf(actor: Actor, key: string): string {
  if (!/^[\w.:@-]{1,128}$/.test(key))
    throw new InvalidInput('An idempotency key has 1 to 128 letters, digits, dots, colons or dashes.', 'idempotencyKey')
  return `${actor.kind === 'user' ? actor.userId : actor.kind}/${key}`
}

function sameJob(row: JobRow, wish: { kind: string; input: object }): Job {
  if (row.kind !== wish.kind || sorted(row.input) !== sorted(wish.input)) throw new IdempotencyKeyReused()
  return jobOf(row)
}

/** The same text for the same value, whatever the order in which a database gives its members back. */
function sorted(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort()) : inner,
  )
}
