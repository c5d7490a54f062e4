import type { Role } from '../auth/model.ts'
import { InvalidInput } from '../platform/errors.ts'

export interface User {
  readonly id: string
  readonly username: string
  readonly email: string | null
  readonly role: Role
  readonly createdAt: Date
}

export interface NewUser {
  readonly username: string
  readonly password: string
  readonly email: string | null
  readonly role: Role
}

/** Names that are folders of the storage or would be mistaken for the server's own. */
const reserved = new Set(['shared', 'system', 'anonymous', 'root'])

/** Throws INVALID_INPUT unless the name can be an account and the name of its home folder. */
export function requireUsername(username: string): void {
  if (!isUsername(username)) {
    throw new InvalidInput(
      'A name has 1 to 32 letters, digits, dots, dashes or underscores, and starts and ends with a letter or digit.',
      'username',
    )
  }
  if (reserved.has(usernameKey(username))) throw new InvalidInput(`The name ${username} is kept for the server itself.`, 'username')
}

export function isUsername(username: string): boolean {
  return /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]{0,30}[a-zA-Z0-9])?$/.test(username)
}

/** What makes two names the same account. */
export function usernameKey(username: string): string {
  return username.trim().toLowerCase()
}

/** Throws INVALID_INPUT unless it looks like one address. */
export function requireEmail(email: string): void {
  if (email.length > 254 || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) throw new InvalidInput('This is not an e-mail address.', 'email')
}
