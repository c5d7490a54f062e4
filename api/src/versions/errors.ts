import { Problem } from '../platform/errors.ts'

/** The file has no version of this number. */
export class VersionNotFound extends Problem {
  readonly code = 'VERSION_NOT_FOUND'
  readonly status = 404
  constructor(number: number) {
    super(`There is no version ${number} of this file.`, 'version')
  }
}
