import { Problem } from '../platform/errors.ts'

export class UsernameTaken extends Problem {
  readonly code = 'USERNAME_TAKEN'
  readonly status = 409
  constructor(username: string) {
    super(`There is a user named ${username} already.`, 'username')
  }
}

/** No account has this id. */
export class UserNotFound extends Problem {
  readonly code = 'USER_NOT_FOUND'
  readonly status = 404
  constructor(field: string | null = 'id') {
    super('There is no such account.', field)
  }
}

/** The last administrator who can sign in stays one: nobody else could undo it. */
export class LastAdmin extends Problem {
  readonly code = 'LAST_ADMIN'
  readonly status = 409
  constructor() {
    super('This is the last administrator who can sign in. Make somebody else an administrator first.')
  }
}

/** What nobody may do to the own account: another administrator can. */
export class CannotDoToSelf extends Problem {
  readonly code = 'CANNOT_DO_TO_SELF'
  readonly status = 409
  constructor(message = 'You cannot do this to your own account. Another administrator can.') {
    super(message)
  }
}

/** The deletion of the account has begun and cannot be called off. */
export class UserBeingDeleted extends Problem {
  readonly code = 'USER_BEING_DELETED'
  readonly status = 409
  constructor(field: string | null = 'id') {
    super('This account is being deleted.', field)
  }
}

/** A folder that is nobody's home stands where the home would be. */
export class HomeNameTaken extends Problem {
  readonly code = 'HOME_NAME_TAKEN'
  readonly status = 409
  constructor(username: string) {
    super(`The storage has a folder named ${username} already. Choose another name, or have that folder moved away.`, 'username')
  }
}

/** A picture that is none, is damaged, or is of a kind that is not taken. */
export class UnreadableImage extends Problem {
  readonly code = 'UNREADABLE_IMAGE'
  readonly status = 422
  constructor(message = 'This is not a PNG, JPEG, WebP or GIF picture that can be read.') {
    super(message)
  }
}

/** There is no picture under this name. */
export class AvatarNotFound extends Problem {
  readonly code = 'AVATAR_NOT_FOUND'
  readonly status = 404
  constructor() {
    super('There is no such picture.')
  }
}
