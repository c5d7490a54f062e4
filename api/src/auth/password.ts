import { randomBytes, timingSafeEqual } from 'node:crypto'
import { isCommonPassword } from './common-passwords.ts'
import { WeakPassword } from './errors.ts'
import { decoyCost, deriveTag, freshCost, inTurn, type PasswordCost, workOf } from './password-cost.ts'

export const passwordLength = { min: 12, max: 128 }

/** Longer ones are no password of anybody: they are compared as if they were empty, in the same time. */
const longestCompared = 4 * passwordLength.max
const tagLength = 32

/** Throws WEAK_PASSWORD with the rule that is broken; `field` is the input it came in. */
export function requireStrongPassword(password: string, username: string, field = 'password'): void {
  const weak = (reason: string) => new WeakPassword(reason, field)
  const length = [...password].length
  if (length < passwordLength.min) throw weak(`The password needs at least ${passwordLength.min} characters; this one has ${length}.`)
  if (length > passwordLength.max) throw weak(`The password may have at most ${passwordLength.max} characters.`)
  if (new Set(password.toLowerCase()).size < 5) throw weak('The password repeats the same few characters.')
  if (password.toLowerCase() === username.toLowerCase()) throw weak('The password is the name.')
  if (isSequence(password)) throw weak('The password is a plain sequence of characters.')
  if (isCommonPassword(password, [username, 'baluhost'])) {
    throw weak('The password is one of those that are tried first: a common one, or the name, perhaps with digits around it.')
  }
}

/** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. `from` is where the wish comes from. Errors: SERVER_BUSY. */
export async function hashPassword(password: string, from = ''): Promise<string> {
  const nonce = randomBytes(16)
  const cost = freshCost()
  const tag = await inTurn(from, () => deriveTag({ message: password.normalize('NFC'), nonce, cost, tagLength }))
  return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=1$${encode(nonce)}$${encode(tag)}`
}

/** Where an attempt comes from, and as whom. */
export interface Attempt {
  readonly from: string
  /** Whose password it would be. */
  readonly name: string
}

/**
 * False also for an account that has no password, and for null in place of an account that there is not, after the time that
 * others take. Errors: SERVER_BUSY.
 */
export async function verifyPassword(
  hash: string | null,
  password: string,
  { from, name }: Attempt = { from: '', name: '' },
): Promise<boolean> {
  const stored = hash === null ? null : parseHash(hash)
  const message = password.length > longestCompared ? '' : password.normalize('NFC')
  const { nonce, cost, tag: expected } = stored ?? { nonce: randomBytes(16), cost: decoyCost(name), tag: randomBytes(tagLength) }
  const tag = await inTurn(from, () => deriveTag({ message, nonce, cost, tagLength: expected.length }))
  return timingSafeEqual(tag, expected) && stored !== null && password.length <= longestCompared
}

/** True for a hash that this machine would make with another cost now. */
export function isOutdatedHash(hash: string): boolean {
  const cost = costOf(hash)
  return cost === null || workOf(cost) !== workOf(freshCost())
}

/** What a stored hash costs to check; null for what is none. */
export function costOf(hash: string): PasswordCost | null {
  const [, memory, passes] = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=1\$/.exec(hash) ?? []
  return memory && passes ? { memory: Number(memory), passes: Number(passes) } : null
}

function parseHash(hash: string): { readonly nonce: Buffer; readonly cost: PasswordCost; readonly tag: Buffer } {
  const cost = costOf(hash)
  const [nonce, tag] = hash.split('$').slice(4)
  if (!cost || !nonce || !tag) throw new Error('A stored password hash is not an argon2id string.')
  return { nonce: Buffer.from(nonce, 'base64'), cost, tag: Buffer.from(tag, 'base64') }
}

/** Characters that each follow the last by the same step: `abcdefghijkl`, `121110987654` is none. */
function isSequence(password: string): boolean {
  const codes = [...password].map((character) => character.codePointAt(0) ?? 0)
  const step = (codes[1] ?? 0) - (codes[0] ?? 0)
  return Math.abs(step) === 1 && codes.every((code, index) => index === 0 || code - (codes[index - 1] ?? 0) === step)
}

function encode(bytes: Buffer): string {
  return bytes.toString('base64').replace(/=+$/, '')
}
