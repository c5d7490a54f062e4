import type { Clock } from '../platform/clock.ts'
import type { Database } from '../platform/db.ts'
import type { AuditChain } from './chain.ts'
import { type Pruned, pruneEntries } from './retention.ts'
import type { Seals } from './seals.ts'
import type { AuditService } from './service.ts'
import type { AuditVerification } from './verify.ts'

export interface UpkeepDeps {
  readonly database: Database
  readonly clock: Clock
  readonly chain: AuditChain
  readonly seals: Seals
  readonly audit: Pick<AuditService, 'record' | 'verify'>
}

/** For whoever waits for long work: to stop it, and to see how far it is. */
export interface Watch {
  readonly signal?: AbortSignal
  readonly onProgress?: (done: number, total: number) => void
}

export interface UpkeepResult {
  readonly pruned: Pruned | null
  readonly verification: AuditVerification
}

const day = 24 * 3_600_000

/** What the log needs once a day. */
export class Upkeep {
  readonly #deps: UpkeepDeps

  constructor(deps: UpkeepDeps) {
    this.#deps = deps
  }

  async run(retentionDays: number, watch: Watch): Promise<UpkeepResult> {
    const { audit, chain, clock, database, seals } = this.#deps
    const cutoff = new Date(clock.now().getTime() - retentionDays * day)
    const signal = watch.signal ?? new AbortController().signal
    const pruned = retentionDays > 0 ? await pruneEntries({ database, chain, seals }, cutoff, signal) : null
    if (pruned) {
      await audit.record(
        { kind: 'system', reason: 'retention' },
        {
          action: 'audit.prune',
          target: null,
          result: pruned.damaged === null ? 'ok' : 'AUDIT_DAMAGED',
          details: { olderThanDays: retentionDays, ...pruned },
        },
      )
    }
    watch.signal?.throwIfAborted()
    return { pruned, verification: await audit.verify({ kind: 'system', reason: 'daily check' }, watch) }
  }
}
