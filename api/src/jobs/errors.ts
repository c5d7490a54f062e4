import { Problem } from '../platform/errors.ts'

/** No job has this id, or it is somebody else's. */
export class JobNotFound extends Problem {
  readonly code = 'JOB_NOT_FOUND'
  readonly status = 404
  constructor(field = 'id') {
    super('There is no such job.', field)
  }
}

/** This server knows no work of this name: it was misspelt, or an upgrade removed it. */
export class JobKindUnknown extends Problem {
  readonly code = 'JOB_KIND_UNKNOWN'
  readonly status = 422
  constructor(kind: string) {
    super(`This server knows no job of the kind ${kind.slice(0, 64)}.`, 'kind')
  }
}

/** The job is over: nothing is left to cancel. */
export class JobEnded extends Problem {
  readonly code = 'JOB_ENDED'
  readonly status = 409
  constructor() {
    super('This job is over.', 'id')
  }
}

/** Stopping now would leave something half done; the message says what. */
export class JobNotCancellable extends Problem {
  readonly code = 'JOB_NOT_CANCELLABLE'
  readonly status = 409
  constructor(reason: string) {
    super(reason, 'id')
  }
}

/** Only what failed or was interrupted can be tried again. */
export class JobNotRetryable extends Problem {
  readonly code = 'JOB_NOT_RETRYABLE'
  readonly status = 409
  constructor(reason: string) {
    super(reason, 'id')
  }
}

/** The same key came with another job before. */
export class IdempotencyKeyReused extends Problem {
  readonly code = 'IDEMPOTENCY_KEY_REUSED'
  readonly status = 409
  constructor() {
    super('This idempotency key belongs to another job. Use a new key for new work.', 'idempotencyKey')
  }
}

/** What the job is to do, or how far it was, was written by another release, and this one does not take it. */
export class JobInputInvalid extends Problem {
  readonly code = 'JOB_INPUT_INVALID'
  readonly status = 422
  constructor(what: 'input' | 'checkpoint', field: string, issue: string) {
    const words = what === 'input' ? 'what this job is to do' : 'how far this job was'
    super(
      `This version of the server does not understand ${words} (${field.slice(0, 200)}: ${issue.slice(0, 300)}). Start the work anew.`,
      field,
    )
  }
}

/** What the job answered is not what its kind says that it answers: a mistake in the server. */
export class JobResultInvalid extends Problem {
  readonly code = 'JOB_RESULT_INVALID'
  readonly status = 500
  constructor() {
    super('The work was done, but what it had to tell is not what was agreed; the log of the server says more.')
  }
}

/** What the job answered is more than a result may hold. */
export class JobResultTooLarge extends Problem {
  readonly code = 'JOB_RESULT_TOO_LARGE'
  readonly status = 500
  constructor(bytes: number, bound: number) {
    super(`The job's result has ${bytes} bytes; at most ${bound} are kept.`)
  }
}

/** Who asked for the job may not do so any more. */
export class JobActorGone extends Problem {
  readonly code = 'JOB_ACTOR_GONE'
  readonly status = 403
  constructor() {
    super('The account or the API key that started this job is disabled or gone.')
  }
}

/** The process that ran the job ended, and this kind of job cannot go on by itself. */
export class JobInterrupted extends Problem {
  readonly code = 'JOB_INTERRUPTED'
  readonly status = 500
  constructor() {
    super('The server stopped while this job ran. Look at what it was doing, then start it again.')
  }
}

/** So many jobs of one account may wait or run: more would keep others waiting. */
export class TooManyJobs extends Problem {
  readonly code = 'TOO_MANY_JOBS'
  readonly status = 429
  constructor(most: number) {
    super(`You have ${most} jobs that have not ended. Wait for some, or cancel some.`)
  }
}

/** The job ended its process again and again. */
export class JobCrashed extends Problem {
  readonly code = 'JOB_CRASHED'
  readonly status = 500
  constructor(times: number) {
    super(`The server stopped ${times} times while this job ran; it is not tried again by itself.`)
  }
}

/** A part of the job failed. */
export class JobChildFailed extends Problem {
  readonly code = 'JOB_CHILD_FAILED'
  readonly status = 500
  constructor(kinds: readonly string[]) {
    super(`A part of this job failed: ${kinds.join(', ')}.`)
  }
}
