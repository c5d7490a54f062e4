import { setTimeout } from 'node:timers/promises'
import type { Database } from '../platform/db.ts'
import type { AuditChain } from './chain.ts'
import { ChainCheck } from './chain-check.ts'
import type { Seals } from './seals.ts'

/** Removed in one transaction: nobody waits long for it. */
const atOnce = 500
/** Between two of them, in milliseconds. */
const rest = 20

export interface Pruned {
  readonly removed: number
  readonly from: number
  readonly to: number
  /** The first removed entry that was not as it had been written; null when all were. */
  readonly damaged: number | null
}

export interface RetentionDeps {
  readonly database: Database
  readonly chain: AuditChain
  readonly seals: Seals
}

/** Removes entries from before `cutoff`, oldest first. The chain then begins behind them, and stays provable from there. */
export async function pruneEntries({ database, chain, seals }: RetentionDeps, cutoff: Date, signal: AbortSignal): Promise<Pruned | null> {
  let total: Pruned | null = null
  while (!signal.aborted) {
    const removed = await pruneSome({ database, chain, seals }, cutoff)
    if (!removed) return total
    total = total
      ? { removed: total.removed + removed.removed, from: total.from, to: removed.to, damaged: total.damaged ?? removed.damaged }
      : removed
    if (removed.removed < atOnce) return total
    await setTimeout(rest)
  }
  return total
}

function pruneSome({ database, chain, seals }: RetentionDeps, cutoff: Date): Promise<Pruned | null> {
  return database.$transaction(async (transaction) => {
    let pruned: Pruned | null = null
    await chain.moveBeginning(transaction, async ({ prunedSequence, prunedHash, headSequence }) => {
      const rows = await transaction.auditEntry.findMany({
        where: { sequence: { gt: prunedSequence, lte: headSequence } },
        orderBy: { sequence: 'asc' },
        take: atOnce,
      })
      const young = rows.findIndex(({ at }) => at >= cutoff)
      const old = young < 0 ? rows : rows.slice(0, young)
      const last = old.at(-1)
      if (!last) return null
      const check = new ChainCheck(seals, { sequence: prunedSequence, hash: prunedHash })
      for (const row of old) check.add(row)
      await transaction.auditEntry.deleteMany({ where: { sequence: { gt: prunedSequence, lte: last.sequence } } })
      pruned = { removed: old.length, from: prunedSequence + 1, to: last.sequence, damaged: check.faults()[0]?.sequence ?? null }
      return { sequence: last.sequence, hash: last.hash }
    })
    return pruned
  })
}
