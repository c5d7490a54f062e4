import { Problem } from '../platform/errors.ts'

/** What the database says of itself is not as it should be; the log of the job says what. */
export class DatabaseDamaged extends Problem {
  readonly code = 'DATABASE_DAMAGED'
  // A job that found this is not to be tried again: it would find the same.
  readonly status = 409
  constructor(first: string) {
    super(`The database is damaged: ${first} Copy it away before anything else, then restore it from a backup.`)
  }
}
