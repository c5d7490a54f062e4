import { argon2, randomBytes, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'
import { WeakPassword } from './errors.ts'

/** OWASP Password Storage Cheat Sheet, Argon2id: 19 MiB of memory, 2 passes, 1 lane. */
const parameters = { memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 }
const deriveNow = promisify(argon2)

/** At once; more wait. Each takes 20 MB and one of the four threads that also read files. */
const mostAtOnce = 2
let underWay = 0
const waiting: (() => void)[] = []

async function derive(...args: Parameters<typeof deriveNow>): Promise<Buffer> {
  if (underWay >= mostAtOnce) await new Promise<void>((resolve) => waiting.push(resolve))
  else underWay += 1
  try {
    return await deriveNow(...args)
  } finally {
    // The place goes on to who waits longest.
    const next = waiting.shift()
    if (next) next()
    else underWay -= 1
  }
}

export const passwordLength = { min: 12, max: 128 }

/** Throws WEAK_PASSWORD with the rule that is broken. */
export function requireStrongPassword(password: string, username: string): void {
  const length = [...password].length
  if (length < passwordLength.min)
    throw new WeakPassword(`The password needs at least ${passwordLength.min} characters; this one has ${length}.`)
  if (length > passwordLength.max) throw new WeakPassword(`The password may have at most ${passwordLength.max} characters.`)
  if (new Set(password.toLowerCase()).size < 5) throw new WeakPassword('The password repeats the same few characters.')
  if (password.toLowerCase() === username.toLowerCase()) throw new WeakPassword('The password is the name.')
  if (isSequence(password)) throw new WeakPassword('The password is a plain sequence of characters.')
}

/** A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. Runs off the event loop. */
export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  return phcString(nonce, await derive('argon2id', { message: password.normalize('NFC'), nonce, ...parameters }))
}

/** A hash that no password has, as costly to check as any other. */
export function createDecoyHash(): string {
  return phcString(randomBytes(16), randomBytes(parameters.tagLength))
}

function phcString(nonce: Buffer, tag: Buffer): string {
  const { memory, passes, parallelism } = parameters
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encode(nonce)}$${encode(tag)}`
}

export async function verifyPassword(hash: string, password: string): Promise<boolean> {
  const match = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/.exec(hash)
  if (!match) throw new Error('A stored password hash is not an argon2id string.')
  const [, memory, passes, parallelism, salt, expected] = match as unknown as [string, string, string, string, string, string]
  const tag = Buffer.from(expected, 'base64')
  const actual = await derive('argon2id', {
    message: password.normalize('NFC'),
    nonce: Buffer.from(salt, 'base64'),
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    tagLength: tag.length,
  })
  return timingSafeEqual(actual, tag)
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
