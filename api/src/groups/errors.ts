import { Problem } from '../platform/errors.ts'

/** No group has this id. */
export class GroupNotFound extends Problem {
  readonly code = 'GROUP_NOT_FOUND'
  readonly status = 404
  constructor(field: string | null = 'id') {
    super('There is no such group.', field)
  }
}

/** Another group has this name, perhaps in other letters case. */
export class GroupNameTaken extends Problem {
  readonly code = 'GROUP_NAME_TAKEN'
  readonly status = 409
  constructor(name: string) {
    super(`There is a group named ${name} already.`, 'name')
  }
}
