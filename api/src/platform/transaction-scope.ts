import { AsyncLocalStorage } from 'node:async_hooks'
import type { Database, DatabaseTransaction } from './db.ts'

/** An interactive transaction while it is open, for those who want to do something at its end. */
export interface TransactionScope {
  /** Runs as the last thing before the commit: what locks a row that everybody needs holds it for a moment only. */
  beforeCommit(step: (transaction: DatabaseTransaction) => Promise<void>): void
  /** Told when it is over: true once it stands, false when nothing of it does. */
  afterEnd(step: (committed: boolean) => void): void
}

interface OpenScope extends TransactionScope {
  open: boolean
}

const current = new AsyncLocalStorage<OpenScope>()
const byTransaction = new WeakMap<object, OpenScope>()

/** The scope of this transaction, or of the one that the caller runs in; null outside of any. */
export function transactionScope(transaction?: DatabaseTransaction): TransactionScope | null {
  const scope = (transaction && byTransaction.get(transaction)) ?? current.getStore()
  return scope?.open ? scope : null
}

/** Makes interactive transactions of this client known by their scope. Changes nothing else about them. */
export function withTransactionScopes(database: Database): Database {
  const begin = database.$transaction.bind(database) as (work: unknown, options?: unknown) => Promise<unknown>
  const scoped = async (work: unknown, options?: unknown): Promise<unknown> => {
    if (typeof work !== 'function') return begin(work, options)
    const before: ((transaction: DatabaseTransaction) => Promise<void>)[] = []
    const after: ((committed: boolean) => void)[] = []
    const scope: OpenScope = { open: true, beforeCommit: (step) => before.push(step), afterEnd: (step) => after.push(step) }
    const run = async (transaction: DatabaseTransaction) => {
      byTransaction.set(transaction, scope)
      const result = await current.run(scope, () => work(transaction))
      scope.open = false
      for (const step of before) await step(transaction)
      return result
    }
    let committed = false
    try {
      const result = await begin(run, options)
      committed = true
      return result
    } finally {
      scope.open = false
      for (const step of after) step(committed)
    }
  }
  database.$transaction = scoped as Database['$transaction']
  return database
}
