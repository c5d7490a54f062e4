import { Problem } from '../platform/errors.ts'

/** No component of this name is registered here. */
export class ServiceNotFound extends Problem {
  readonly code = 'SERVICE_NOT_FOUND'
  readonly status = 404
  constructor(name: string) {
    super(`There is no service ${JSON.stringify(name.slice(0, 64))} here.`, 'name')
  }
}

/** This component cannot be restarted by itself; the message says why. */
export class ServiceNotRestartable extends Problem {
  readonly code = 'SERVICE_NOT_RESTARTABLE'
  readonly status = 409
  constructor(why: string) {
    super(why, 'name')
  }
}

/** Something that the server cannot do without does not work, or the server is just starting or stopping. `missing` names it. */
export class NotReady extends Problem {
  readonly code = 'NOT_READY'
  readonly status = 503
  override readonly details: { readonly missing: readonly string[] }
  constructor(missing: readonly string[]) {
    super('The server is not ready.')
    this.details = { missing }
  }
}
