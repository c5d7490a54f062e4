import { Problem } from '../platform/errors.ts'

/** The log is not as it was written; the page of the log says where. */
export class AuditDamaged extends Problem {
  readonly code = 'AUDIT_DAMAGED'
  // A job that found this is not to be tried again: it would find the same.
  readonly status = 409
  constructor(faults: number) {
    super(`The audit log is not as it was written, at ${faults} ${faults === 1 ? 'place' : 'places'}.`)
  }
}
