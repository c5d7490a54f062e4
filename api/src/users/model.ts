import type { Role } from '../auth/model.ts'
import { InvalidInput } from '../platform/errors.ts'

/** An account, as those see it who may see all of it. */
export interface User {
  readonly id: string
  readonly username: string
  readonly email: string | null
  readonly role: Role
  readonly createdAt: Date
  readonly lastSignInAt: Date | null
  /** Since when it may not sign in. */
  readonly disabledAt: Date | null
  /** What its home may hold, in bytes; null for no limit. */
  readonly quotaBytes: bigint | null
  /** Name of its picture's file. */
  readonly avatar: string | null
}

/** An account as whoever asks may see it: of others only id, name, role and picture. */
export type SeenUser = Omit<User, 'createdAt'> & {
  readonly createdAt: Date | null
  /** True where the rest was left out. */
  readonly isPartial?: true
}

/** The columns that make a `User`. */
export const userColumns = {
  id: true,
  username: true,
  email: true,
  role: true,
  createdAt: true,
  lastSignInAt: true,
  disabledAt: true,
  quotaBytes: true,
  avatar: true,
} as const

export interface NewUser {
  readonly username: string
  readonly password: string
  readonly email: string | null
  readonly role: Role
  readonly quotaBytes?: number | null
}

/** What becomes of the files in a home whose account is deleted. */
export type FilesChoice = 'TRANSFER' | 'ARCHIVE' | 'DELETE'

/** The folder at the top of the storage where the homes of deleted accounts are kept; administrators see it. */
export const archiveName = 'Archive'

/** Names that are folders of the storage or would be mistaken for the server's own. */
const reserved = new Set(['shared', 'archive', 'system', 'anonymous', 'root'])

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
  if (email.length > 254 || !email.isWellFormed() || !/^[^\s\p{C}@]+@[^\s\p{C}@]+\.[^\s\p{C}@]+$/u.test(email))
    throw new InvalidInput('This is not an e-mail address.', 'email')
}

/** The form of an address that searches compare with. */
export function emailKey(email: string | null): string | null {
  return email === null ? null : email.toLowerCase()
}

/** The address of a picture; null without one. */
export function avatarUrlOf(avatar: string | null): string | null {
  return avatar === null ? null : `/avatars/${avatar}`
}
