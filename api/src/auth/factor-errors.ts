import { Problem } from '../platform/errors.ts'

/** The first half of what was begun is over: it took too long, was tried too often, or something changed meanwhile. */
export class ChallengeOver extends Problem {
  readonly code = 'CHALLENGE_OVER'
  readonly status = 401
  constructor(message = 'This took too long, or was tried too often. Begin again.') {
    super(message)
  }
}

/** Wrong, too old, or used before: which of them is not said. */
export class CodeWrong extends Problem {
  readonly code = 'CODE_WRONG'
  readonly status = 401
  constructor(message = 'This code is wrong, or was used before. Wait for the next one of your authenticator.') {
    super(message, 'code')
  }
}

/** The role of the account must have a second factor, and this is its last. */
export class LastFactor extends Problem {
  readonly code = 'LAST_FACTOR'
  readonly status = 409
  constructor() {
    super('Your role must have a second factor, and this is your last one. Set up another one first.')
  }
}

/** There is no second factor that this would belong to. */
export class NoSecondFactor extends Problem {
  readonly code = 'NO_SECOND_FACTOR'
  readonly status = 409
  constructor() {
    super('This account has no second factor. Set one up first.')
  }
}

/** What the authenticator answered is not accepted: why is in the audit log. */
export class PasskeyRefused extends Problem {
  readonly code = 'PASSKEY_REFUSED'
  readonly status = 401
  /** For the audit log, not for who asks. */
  readonly reason: string
  /** Whose passkey seems to have been copied: that must not be lost among what strangers try. */
  readonly copiedFrom: string | null
  constructor(reason: string, copiedFrom: string | null = null) {
    super('This passkey was not accepted. Try again, or sign in another way.')
    this.reason = reason
    this.copiedFrom = copiedFrom
  }
}

export class PasskeyNotFound extends Problem {
  readonly code = 'PASSKEY_NOT_FOUND'
  readonly status = 404
  constructor() {
    super('You have no such passkey.')
  }
}

/** The account has as many passkeys as it may have. */
export class TooManyPasskeys extends Problem {
  readonly code = 'TOO_MANY_PASSKEYS'
  readonly status = 409
  constructor(most: number) {
    super(`An account has at most ${most} passkeys. Delete one first.`)
  }
}
