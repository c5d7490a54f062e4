/**
 * An expected failure: something a caller can understand and act on. Everything that is not a Problem is a bug and is
 * masked before it leaves the process.
 */
export abstract class Problem extends Error {
  /** Stable, SCREAMING_SNAKE_CASE; listed in docs/errors.md. */
  abstract readonly code: string
  /** The HTTP status the same failure has outside the graph. */
  abstract readonly status: number
  /** The input field at fault, when there is one. */
  readonly field: string | null
  /** What programs need besides the code, such as how long to wait. */
  readonly details: Readonly<Record<string, number | string | readonly string[]>> = {}

  constructor(message: string, field: string | null = null) {
    super(message)
    this.name = new.target.name
    this.field = field
  }
}

/** Nobody is signed in, or the session has ended. */
export class Unauthenticated extends Problem {
  readonly code = 'UNAUTHENTICATED'
  readonly status = 401
  constructor(message = 'Sign in first.') {
    super(message)
  }
}

/** Signed in, but not allowed. */
export class Forbidden extends Problem {
  readonly code = 'FORBIDDEN'
  readonly status = 403
  constructor(message = 'You are not allowed to do this.') {
    super(message)
  }
}

/** An input that cannot be accepted as it is; `field` says which. */
export class InvalidInput extends Problem {
  readonly code = 'INVALID_INPUT'
  readonly status = 422
}

/** Something the server needs (a device, a service, a file system) is not there now. */
export class Unavailable extends Problem {
  readonly code = 'UNAVAILABLE'
  readonly status = 503
}

/** Too much of it in too short a time: from this address, or with this account. */
export class RateLimited extends Problem {
  readonly code = 'RATE_LIMITED'
  readonly status = 429
  /** Whole seconds after which it can work again. */
  readonly retryAfterSeconds: number
  override readonly details: { readonly retryAfterSeconds: number }
  constructor(waitMs: number) {
    const seconds = Math.max(1, Math.ceil(waitMs / 1_000))
    super(`Too many attempts. Try again in ${seconds === 1 ? 'a second' : `${seconds} seconds`}.`)
    this.retryAfterSeconds = seconds
    this.details = { retryAfterSeconds: seconds }
  }
}

/** A reader of an event stream was too slow; it must read the present state again and reattach. */
export class StreamOverflow extends Problem {
  readonly code = 'STREAM_OVERFLOW'
  readonly status = 409
  constructor(message = 'Too many events came at once. Read the present state again.') {
    super(message)
  }
}
