import type { Role } from '../auth/model.ts'
import { administratorScopes, isScope, type Scope } from '../auth/scopes.ts'
import { InvalidInput } from '../platform/errors.ts'
import { isWithin, parseAddresses } from './addresses.ts'

/** A key as its owner may see it: the key itself is not part of it. */
export interface ApiKey {
  readonly id: string
  readonly userId: string
  readonly name: string
  readonly prefix: string
  readonly scopes: readonly Scope[]
  readonly addresses: readonly string[]
  readonly createdAt: Date
  readonly expiresAt: Date | null
  readonly lastUsedAt: Date | null
  readonly lastUsedAddress: string | null
}

/** What its owner decides about a key. */
export interface KeyTerms {
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly addresses: readonly string[]
  readonly expiresAt: Date | null
}

/** What a client asks for; nothing of it has been looked at. */
export interface KeyWish {
  readonly name: string
  readonly scopes: readonly string[]
  readonly addresses: readonly string[]
  readonly expiresAt: Date | null
}

/** An account has at most so many keys that have not expired. */
export const mostKeys = 25

const longestName = 64

/** The terms as they will be kept. Throws INVALID_INPUT at the field at fault. */
export function parseTerms(wish: KeyWish, owner: Role, now: Date): KeyTerms {
  const { expiresAt } = wish
  if (expiresAt && expiresAt <= now) throw new InvalidInput('A key expires in the future, or never.', 'expiresAt')
  return { name: parseName(wish.name), scopes: parseScopes(wish.scopes, owner), addresses: parseAddresses(wish.addresses), expiresAt }
}

/** Whether the key could do something with `next` that it could not with `present`. */
export function givesMore(present: KeyTerms, next: KeyTerms): boolean {
  if (next.scopes.some((scope) => !present.scopes.includes(scope))) return true
  if (present.expiresAt && (!next.expiresAt || next.expiresAt > present.expiresAt)) return true
  return !isWithin(next.addresses, present.addresses)
}

function parseName(text: string): string {
  const name = text.trim().normalize('NFC')
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  if (name.length === 0 || name.length > longestName || /[\u0000-\u001f\u007f]/.test(name) || !name.isWellFormed()) {
    throw new InvalidInput(`A name has 1 to ${longestName} characters.`, 'name')
  }
  return name
}

function parseScopes(names: readonly string[], owner: Role): Scope[] {
  const unique = [...new Set(names)]
  if (unique.length === 0) throw new InvalidInput('Choose at least one thing that the key may do.', 'scopes')
  for (const name of unique) {
    if (!isScope(name)) throw new InvalidInput(`There is no scope “${name.slice(0, 64)}”.`, 'scopes')
    // It would lie asleep until its owner is made an administrator, and then do what nobody decided.
    if (owner !== 'ADMIN' && administratorScopes.has(name)) throw new InvalidInput(`The scope ${name} is for administrators.`, 'scopes')
  }
  return unique.filter(isScope).sort()
}
