import { Problem, Unavailable } from '../platform/errors.ts'

/** There is no array of this name. */
export class ArrayNotFound extends Problem {
  readonly code = 'ARRAY_NOT_FOUND'
  readonly status = 404
  constructor(name: string) {
    super(`There is no array ${JSON.stringify(name.slice(0, 64))} here.`, 'name')
  }
}

/** This machine has nothing that knows of arrays: that is no fault of it. */
export class NoArrayDriver extends Unavailable {}
