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
  constructor(reason: string) {
    super(reason, 'password')
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
