import { Problem } from '../platform/errors.ts'

/** There is no such key, or it is somebody else's. */
export class ApiKeyNotFound extends Problem {
  readonly code = 'API_KEY_NOT_FOUND'
  readonly status = 404
  constructor() {
    super('There is no such API key. It may have been revoked.', 'id')
  }
}

/** The account has as many valid keys as it may have. */
export class TooManyApiKeys extends Problem {
  readonly code = 'TOO_MANY_API_KEYS'
  readonly status = 409
  constructor(most: number) {
    super(`An account has at most ${most} API keys. Revoke one that is not used any more.`)
  }
}
