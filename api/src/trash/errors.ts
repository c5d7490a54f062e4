import { Problem } from '../platform/errors.ts'

/** Nothing of this id is in the trash, or nothing that the actor may see: the two are not told apart. */
export class TrashItemNotFound extends Problem {
  readonly code = 'TRASH_ITEM_NOT_FOUND'
  readonly status = 404
  constructor(field: string | null = 'id') {
    super('There is no such item in the trash. It may have been restored or deleted for good.', field)
  }
}
