import type { Bus } from '../platform/bus.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { transactionScope } from '../platform/transaction-scope.ts'
import type { AuditChain } from './chain.ts'
import { type AuditDraft, type AuditEntry, auditEntryAdded } from './model.ts'

export interface AuditWriterDeps {
  readonly database: Database
  readonly bus: Bus
  readonly chain: AuditChain
}

interface Waiting {
  readonly draft: AuditDraft
  resolve(): void
  reject(error: unknown): void
}

/** What one transaction writes at once: many who wait together pay for one commit. */
const longestBatch = 200
/** Others may hold the database for a while; an entry waits longer than that. */
const batchOptions = { maxWait: 30_000, timeout: 30_000 }

/**
 * Brings entries into the chain. Those of a transaction are written as the last thing in it, so that the end of the chain
 * is locked for a moment only and nobody can wait for it while holding what others need. All others go in batches.
 */
export class AuditWriter {
  readonly #deps: AuditWriterDeps
  readonly #ofTransaction = new WeakMap<object, AuditDraft[]>()
  #waiting: Waiting[] = []
  #running: Promise<void> | null = null
  #written = 0
  /** What the newest attempt failed with; null once one stood again. */
  #failure: unknown = null

  constructor(deps: AuditWriterDeps) {
    this.#deps = deps
  }

  /**
   * With `transaction` the entry stands or falls with it. Without one it stands by itself, also when it is made inside a
   * transaction that fails later: then it is written after that. Inside a transaction this returns before it is written.
   */
  async write(draft: AuditDraft, given?: DatabaseTransaction): Promise<void> {
    // Services hand on the client itself where they have no transaction.
    const transaction = given && '$connect' in given ? undefined : given
    const scope = transactionScope(transaction)
    if (!scope) {
      // A transaction that tells nobody of its end: written now, in it.
      if (transaction) this.#stands(await this.#chained(transaction, [draft]))
      else await this.#enqueue(draft)
      return
    }
    const known = this.#ofTransaction.get(scope)
    if (known) known.push(draft)
    const drafts = known ?? [draft]
    if (!known) {
      this.#ofTransaction.set(scope, drafts)
      let entries: AuditEntry[] = []
      scope.beforeCommit(async (open) => {
        entries = await this.#chained(open, drafts)
      })
      scope.afterEnd((committed) => {
        if (committed) this.#stands(entries)
      })
    }
    if (!transaction) {
      scope.afterEnd((committed) => {
        if (!committed) void this.#enqueue(draft).catch(() => {})
      })
    }
  }

  /** How writing goes, for the health of services. */
  get writing() {
    return { written: this.#written, waiting: this.#waiting.length, failure: this.#failure }
  }

  /** Once everything that waits is written. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running
  }

  #enqueue(draft: AuditDraft): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ draft, resolve, reject })
      this.#running ??= this.#run().finally(() => {
        this.#running = null
      })
    })
  }

  async #run(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, longestBatch)
      try {
        await this.#append(batch)
        for (const { resolve } of batch) resolve()
      } catch (error) {
        // One that cannot be written must not take the others with it.
        this.#failure = error
        if (batch.length === 1) batch[0]?.reject(error)
        else for (const one of batch) await this.#append([one]).then(one.resolve, one.reject)
      }
    }
  }

  async #append(batch: readonly Waiting[]): Promise<void> {
    const drafts = batch.map(({ draft }) => draft)
    const write = () => this.#deps.database.$transaction((transaction) => this.#deps.chain.append(transaction, drafts), batchOptions)
    const entries = await write().catch(async (error: unknown) => {
      if (!isUniqueViolation(error)) throw error
      await this.#deps.chain.goAround()
      return write()
    })
    this.#stands(entries)
  }

  /** In somebody else's transaction, which fails with it. */
  async #chained(transaction: DatabaseTransaction, drafts: readonly AuditDraft[]): Promise<AuditEntry[]> {
    try {
      return await this.#deps.chain.append(transaction, drafts)
    } catch (error) {
      this.#failure = error
      throw error
    }
  }

  #stands(entries: readonly AuditEntry[]): void {
    this.#written += entries.length
    this.#failure = null
    this.#deps.chain.stands(entries)
    for (const entry of entries) this.#deps.bus.publish(auditEntryAdded, 'all', entry)
  }
}

/** As SQLite and PostgreSQL say it of statements written by hand. */
function isUniqueViolation(error: unknown): boolean {
  return error instanceof Error && /unique constraint/i.test(error.message)
}
