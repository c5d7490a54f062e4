import { Problem } from '../platform/errors.ts'

export class UsernameTaken extends Problem {
  readonly code = 'USERNAME_TAKEN'
  readonly status = 409
  constructor(username: string) {
    super(`There is a user named ${username} already.`, 'username')
  }
}
