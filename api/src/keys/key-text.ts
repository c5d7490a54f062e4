import { createHash, randomBytes } from 'node:crypto'
import { crc32 } from 'node:zlib'

/** Crockford's base 32 in lower case: no letter is taken for a digit, and a double click selects the whole. */
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'
const start = 'balu_'
const secretBytes = 32
const secretLength = 52
const checksumLength = 7

/** How a key looks; programs that search for leaked secrets can use it as it is. */
export const keyPattern = new RegExp(`^${start}[0-9a-hjkmnp-tv-z]{${secretLength + checksumLength}}$`)

/** As much of a key as is kept readable: enough to tell keys apart, and 226 bits short of the key. */
const prefixLength = start.length + 6

/** A new key: `balu_`, 256 random bits, and their CRC-32, so that a typo is told from a key that is not known any more. */
export function createKeyText(): string {
  const secret = encode(randomBytes(secretBytes), secretLength)
  return `${start}${secret}${checksumOf(secret)}`
}

/** True for what this server could have made. Says nothing about whether it did. */
export function isKeyText(text: string): boolean {
  if (!keyPattern.test(text)) return false
  const secret = text.slice(start.length, start.length + secretLength)
  return text.slice(start.length + secretLength) === checksumOf(secret)
}

/** What is kept of it: SHA-256, hexadecimal. A slow hash would add nothing, since 256 random bits cannot be tried out. */
export function hashOfKey(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

export function prefixOfKey(text: string): string {
  return text.slice(0, prefixLength)
}

function checksumOf(secret: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(secret))
  return encode(bytes, checksumLength)
}

/** Five bits a letter, from the left; the last letter is filled up with zeros. */
function encode(bytes: Buffer, length: number): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('')
  return Array.from({ length }, (_, at) => alphabet[Number.parseInt(bits.slice(at * 5, at * 5 + 5).padEnd(5, '0'), 2)]).join('')
}
