import { randomUUID } from 'node:crypto'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseProvider, DatabaseTransaction } from '../platform/db.ts'
import type { JobKinds } from './kinds.ts'
import { type JobClass, type LockRequest, openStates } from './model.ts'
import type { JobRow } from './rows.ts'

/** So long a process that says nothing keeps its jobs, in milliseconds. */
export const usualLeaseMs = 30_000
/** How many of a class a claim looks at: those before them wait for locks. More than one account may have in the queue. */
const candidates = 1_000
/** A number that no other advisory lock of this database has. */
const advisory = 0x62616c_6a6f62

export interface LeasesDeps {
  readonly database: Database
  readonly provider: DatabaseProvider
  readonly clock: Clock
  readonly kinds: JobKinds
  /** This process. */
  readonly owner: string
  readonly leaseMs: number
}

/** A job of this process, for one run of it. */
export interface Lease {
  readonly row: JobRow
  readonly token: string
}

/** Who wants a job to stop, and since when; as its row says it. */
export type CancelRequest = Pick<JobRow, 'cancelRequestedAt' | 'cancelledByName'>

type Candidate = Pick<JobRow, 'id' | 'locks' | 'waitingFor' | 'startedAt'>

/** What became of a claim: a job, or which jobs must wait for a lock. */
export interface Claim {
  readonly lease: Lease | null
  readonly blocked: readonly JobRow[]
}

/**
 * Which process runs which job. A lease has a token of its own for each run: whoever lost it changes nothing any more, since every change
 * asks for the token.
 */
export class Leases {
  readonly #deps: LeasesDeps

  constructor(deps: LeasesDeps) {
    this.#deps = deps
  }

  /**
   * Takes the next job of these classes whose locks are free, none of `except`. Of several processes that ask at once each gets another one.
   */
  async claim(classes: readonly JobClass[], except: readonly string[]): Promise<Claim> {
    const { database, kinds } = this.#deps
    if (classes.length === 0 || kinds.names.length === 0) return { lease: null, blocked: [] }
    return database.$transaction(async (transaction) => {
      const blocked: JobRow[] = []
      const locking = { serialized: false, ahead: [] as LockRequest[] }
      for (const each of classes) {
        const lease = await this.#claimOf(transaction, each, except, locking, blocked)
        if (lease) return { lease, blocked }
      }
      return { lease: null, blocked }
    })
  }

  async #claimOf(
    transaction: DatabaseTransaction,
    wanted: JobClass,
    except: readonly string[],
    locking: { serialized: boolean; ahead: LockRequest[] },
    blocked: JobRow[],
  ): Promise<Lease | null> {
    const { clock, leaseMs, owner } = this.#deps
    const now = clock.now()
    for (const row of await this.#candidates(transaction, wanted, now)) {
      if (except.includes(row.id)) continue
      const locks = row.locks as unknown as LockRequest[]
      if (locks.length > 0 && !locking.serialized) {
        await this.#serializeLocks(transaction)
        locking.serialized = true
      }
      // Who waits for a lock longer gets it first: those that share it could pass by an exclusive one for ever.
      if (!areFree(locks, locking.ahead) || !(await this.#take(transaction, row.id, locks))) {
        locking.ahead.push(...locks)
        if (row.waitingFor !== 'LOCK') {
          const data = { state: 'WAITING', waitingFor: 'LOCK', changedAt: now } as const
          blocked.push(await transaction.job.update({ where: { id: row.id }, data }))
        }
        continue
      }
      const token = randomUUID()
      const leased = await transaction.job.update({
        where: { id: row.id },
        data: {
          state: 'RUNNING',
          waitingFor: null,
          leaseOwner: owner,
          leaseToken: token,
          leaseUntil: new Date(now.getTime() + leaseMs),
          attempts: { increment: 1 },
          startedAt: row.startedAt ?? now,
          errorCode: null,
          errorMessage: null,
          changedAt: now,
        },
      })
      return { row: leased, token }
    }
    return null
  }

  /** Says that this process lives. Returns the jobs that are still its own, by their tokens, and whether somebody wants to cancel them. */
  async renew(tokens: readonly string[]): Promise<Map<string, CancelRequest>> {
    const { clock, database, leaseMs } = this.#deps
    const mine = { leaseToken: { in: [...tokens] }, state: 'RUNNING' as const }
    await database.job.updateMany({ where: mine, data: { leaseUntil: new Date(clock.now().getTime() + leaseMs) } })
    const rows = await database.job.findMany({ where: mine, select: { leaseToken: true, cancelRequestedAt: true, cancelledByName: true } })
    return new Map(rows.map(({ leaseToken, ...asked }) => [leaseToken ?? '', asked]))
  }

  /** Changes the job if it is still this run's; false, and nothing changed, when it is not. */
  async update(
    lease: Lease,
    data: Parameters<Database['job']['updateMany']>[0]['data'],
    transaction: DatabaseTransaction = this.#deps.database,
  ): Promise<boolean> {
    const { count } = await transaction.job.updateMany({ where: { id: lease.row.id, leaseToken: lease.token, state: 'RUNNING' }, data })
    return count === 1
  }

  /** The run is over: its end state (or what it waits for next) stands, and its locks are free. False when it was not this process's any more. */
  async release(lease: Lease, data: Parameters<Database['job']['updateMany']>[0]['data']): Promise<boolean> {
    return this.#deps.database.$transaction(async (transaction) => {
      const held = await this.update(lease, { ...data, leaseOwner: null, leaseToken: null, leaseUntil: null }, transaction)
      if (held) await transaction.jobLock.deleteMany({ where: { jobId: lease.row.id } })
      return held
    })
  }

  /** Jobs whose process seems to be gone: its lease has ended, or at the start of the only process there is, any lease. */
  async orphans(all: boolean): Promise<JobRow[]> {
    const { clock, database } = this.#deps
    const over = { OR: [{ leaseUntil: null }, { leaseUntil: { lt: clock.now() } }] }
    return database.job.findMany({ where: { state: 'RUNNING', ...(all ? {} : over) }, orderBy: { id: 'asc' }, take: 500 })
  }

  /** Takes an orphan as it was seen from its former run. False when that has said something since, or another process was quicker. */
  async takeFrom(row: JobRow, data: Parameters<Database['job']['updateMany']>[0]['data']): Promise<boolean> {
    return this.#deps.database.$transaction(async (transaction) => {
      const { count } = await transaction.job.updateMany({
        where: { id: row.id, state: 'RUNNING', leaseToken: row.leaseToken, leaseUntil: row.leaseUntil },
        data: { ...data, leaseOwner: null, leaseToken: null, leaseUntil: null },
      })
      if (count === 1) await transaction.jobLock.deleteMany({ where: { jobId: row.id } })
      return count === 1
    })
  }

  /** Jobs that wait for children of which none is left: what a stop between the end of the last one and this step leaves behind. */
  async waitingForNobody(): Promise<string[]> {
    const { database } = this.#deps
    const parents = await database.job.findMany({ where: { state: 'WAITING', waitingFor: 'CHILDREN' }, select: { id: true }, take: 500 })
    const nobody: string[] = []
    for (const { id } of parents) if (!(await this.hasOpenChildren(id))) nobody.push(id)
    return nobody
  }

  /** Lets a job go on whose children have all ended. True when it does. */
  async continueParent(id: string): Promise<boolean> {
    const { clock, database } = this.#deps
    if (await this.hasOpenChildren(id)) return false
    const now = clock.now()
    const { count } = await database.job.updateMany({
      where: { id, state: 'WAITING', waitingFor: 'CHILDREN' },
      data: { state: 'QUEUED', waitingFor: null, runAfter: now, changedAt: now },
    })
    return count === 1
  }

  /** Whether a part of this job has not ended. */
  async hasOpenChildren(parentId: string): Promise<boolean> {
    return (await this.#deps.database.job.count({ where: { parentId, state: { in: openStates } } })) > 0
  }

  /** When the first job is due that could be claimed; later than `after` when that is given. Null when there is none. */
  async nextDue(after?: Date): Promise<Date | null> {
    const row = await this.#deps.database.job.findFirst({
      where: { ...claimable, ...(after ? { runAfter: { gt: after } } : {}) },
      orderBy: { runAfter: 'asc' },
      select: { runAfter: true },
    })
    return row?.runAfter ?? null
  }

  async #candidates(transaction: DatabaseTransaction, wanted: JobClass, now: Date): Promise<Candidate[]> {
    const { kinds, provider } = this.#deps
    const select = { id: true, locks: true, waitingFor: true, startedAt: true } as const
    const orderBy = [{ runAfter: 'asc' as const }, { id: 'asc' as const }]
    if (provider === 'sqlite') {
      const where = { ...claimable, runAfter: { lte: now }, class: wanted, kind: { in: kinds.names } }
      return transaction.job.findMany({ where, orderBy, take: candidates, select })
    }
    const ids = await transaction.$queryRaw<{ id: string }[]>`
      SELECT "id" FROM "Job" WHERE "state" IN ('QUEUED', 'WAITING') AND ("waitingFor" IS NULL OR "waitingFor" <> 'CHILDREN')
        AND "runAfter" <= ${now} AND "class" = ${wanted} AND "kind" = ANY(${kinds.names})
      ORDER BY "runAfter", "id" LIMIT ${candidates} FOR UPDATE SKIP LOCKED`
    return ids.length === 0 ? [] : transaction.job.findMany({ where: { id: { in: ids.map(({ id }) => id) } }, orderBy, select })
  }

  /** Locks are looked at and taken by one process at a time. On SQLite each transaction is alone anyway. */
  async #serializeLocks(transaction: DatabaseTransaction): Promise<void> {
    if (this.#deps.provider === 'postgresql') await transaction.$executeRaw`SELECT pg_advisory_xact_lock(${advisory}::bigint)`
  }

  async #take(transaction: DatabaseTransaction, jobId: string, locks: readonly LockRequest[]): Promise<boolean> {
    if (locks.length === 0) return true
    const held = await transaction.jobLock.findMany({ where: { name: { in: locks.map(({ name }) => name) } } })
    if (!areFree(locks, held)) return false
    await transaction.jobLock.createMany({ data: locks.map(({ name, exclusive }) => ({ name, jobId, exclusive })) })
    return true
  }
}

const claimable = {
  state: { in: ['QUEUED', 'WAITING'] as ('QUEUED' | 'WAITING')[] },
  OR: [{ waitingFor: null }, { waitingFor: { not: 'CHILDREN' } }],
}

function areFree(wanted: readonly LockRequest[], held: readonly LockRequest[]): boolean {
  return wanted.every(({ name, exclusive }) => held.every((each) => each.name !== name || (!exclusive && !each.exclusive)))
}
