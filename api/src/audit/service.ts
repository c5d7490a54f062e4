import type { Actor } from '../auth/model.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'

export interface AuditRecord {
  /** `domain.verb`, such as `files.delete`. */
  readonly action: string
  /** What it was done to: a path, a username, an array. */
  readonly target: string | null
  /** `ok`, or the code of the problem it ended in. */
  readonly result: string
  /** What changed. Never a secret. */
  readonly details?: Record<string, string | number | boolean | null>
}

/** As long as a path may be. */
const longestTarget = 4_096

/** Writes down who did what, append only. */
export class AuditService {
  readonly #database: Database
  readonly #clock: Clock

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** Give the transaction of the change itself where there is one: then neither stands without the other. */
  async record(actor: Actor, record: AuditRecord, transaction: DatabaseTransaction = this.#database): Promise<void> {
    const at = this.#clock.now()
    await transaction.auditEntry.create({
      data: {
        id: createId(at.getTime()),
        at,
        actorId: actor.kind === 'user' ? actor.userId : null,
        actorName: actor.kind === 'user' ? actor.username : actor.kind,
        address: actor.kind === 'system' ? null : actor.address,
        requestId: actor.kind === 'system' ? null : actor.requestId,
        action: record.action,
        target: record.target === null ? null : storable(record.target),
        result: record.result,
        ...(record.details ? { details: record.details } : {}),
      },
    })
  }
}

/** Targets come from outside: bounded, and without what PostgreSQL's text cannot hold. */
function storable(text: string): string {
  return text.slice(0, longestTarget).toWellFormed().replaceAll('\u0000', '\ufffd')
}
