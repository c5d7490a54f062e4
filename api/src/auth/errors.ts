import { Problem } from '../platform/errors.ts'

/** Unknown name or wrong password: which of the two is not said. */
export class SignInFailed extends Problem {
  readonly code = 'SIGN_IN_FAILED'
  readonly status = 401
  constructor() {
    super('The name or the password is wrong.', 'password')
  }
}

/** The password breaks a rule; the message says which. */
export class WeakPassword extends Problem {
  readonly code = 'WEAK_PASSWORD'
  readonly status = 422
  constructor(reason: string, field = 'password') {
    super(reason, field)
  }
}

export class SetupTokenWrong extends Problem {
  readonly code = 'SETUP_TOKEN_WRONG'
  readonly status = 403
  constructor() {
    super(
      'This is not the setup token. The server printed it when it started; it also stands in the file setup-token of its data folder.',
      'setupToken',
    )
  }
}

/** The server has its first administrator already. */
export class SetupDone extends Problem {
  readonly code = 'SETUP_DONE'
  readonly status = 409
  constructor() {
    super('This server is set up already. Sign in instead.')
  }
}

/** What cannot be undone asks again who is there: `confirmIdentity` first, then the same again. */
export class ConfirmationRequired extends Problem {
  readonly code = 'CONFIRMATION_REQUIRED'
  readonly status = 403
  constructor() {
    super('Confirm that it is you, with your password or a code, and try again.')
  }
}

/** The role of this account must have a second factor, and it has none yet. */
export class EnrolmentRequired extends Problem {
  readonly code = 'TWO_FACTOR_ENROLMENT_REQUIRED'
  readonly status = 403
  constructor() {
    super('Your account needs a second factor before it may do anything else. Set it up in your profile.')
  }
}

/** The password or code that was to confirm who is there is wrong. */
export class ConfirmationFailed extends Problem {
  readonly code = 'CONFIRMATION_FAILED'
  readonly status = 403
  constructor(field: 'password' | 'code') {
    super(field === 'password' ? 'The password is wrong.' : 'The code is wrong or was used already.', field)
  }
}

/** Who wants another password did not know the one there is. */
export class CurrentPasswordWrong extends Problem {
  readonly code = 'CURRENT_PASSWORD_WRONG'
  readonly status = 403
  constructor() {
    super('The present password is another one.', 'current')
  }
}

/** The session has ended already, or it is somebody else's: which of the two is not said. */
export class SessionNotFound extends Problem {
  readonly code = 'SESSION_NOT_FOUND'
  readonly status = 404
  constructor() {
    super('There is no such session any more.', 'id')
  }
}

/** More passwords wait to be checked than this machine can check soon. */
export class ServerBusy extends Problem {
  readonly code = 'SERVER_BUSY'
  readonly status = 503
  /** Whole seconds after which it can work again. */
  readonly retryAfterSeconds: number
  override readonly details: { readonly retryAfterSeconds: number }
  constructor(retryAfterSeconds: number) {
    super('Too many people sign in at this moment. Try again in a few seconds.')
    this.retryAfterSeconds = retryAfterSeconds
    this.details = { retryAfterSeconds }
  }
}
