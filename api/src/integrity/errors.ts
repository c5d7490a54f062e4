import { Problem } from '../platform/errors.ts'

export class DamageNotFound extends Problem {
  readonly code = 'DAMAGE_NOT_FOUND'
  readonly status = 404
  constructor() {
    super('There is no such damaged file.', 'id')
  }
}

/** It was settled meanwhile, or is not in the state in which this can be done. */
export class DamageSettled extends Problem {
  readonly code = 'DAMAGE_SETTLED'
  readonly status = 409
  constructor() {
    super('This is settled already, or the file is another one by now.', 'id')
  }
}
