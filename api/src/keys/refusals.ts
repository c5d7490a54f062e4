import type { AuditService } from '../audit/service.ts'
import type { Origin } from '../auth/model.ts'

/** Why a key was not accepted. `disabled`: its owner is. */
export type RefusalReason = 'malformed' | 'unknown' | 'expired' | 'disabled' | 'address'

/** Counts failed attempts; throws RATE_LIMITED for those that are too many. Keys that are valid are never counted. */
export type CountFailure = (origin: Origin) => Promise<void>

/** Writes down keys that were refused; the audit log counts what repeats, so that nobody fills the disk with it. */
export class KeyRefusals {
  readonly #audit: AuditService
  readonly #count: CountFailure

  constructor({ audit, count }: { audit: AuditService; count: CountFailure }) {
    this.#audit = audit
    this.#count = count
  }

  /** `prefix` names the key where there is one. Throws RATE_LIMITED. */
  async note(origin: Origin, reason: RefusalReason, prefix: string | null): Promise<void> {
    await this.#count(origin)
    const record = { action: 'keys.use', target: prefix, result: 'UNAUTHENTICATED', details: { reason } }
    await this.#audit.record({ kind: 'anonymous', ...origin }, record)
  }
}
