import { randomBytes } from 'node:crypto'

const alphabet = '0123456789abcdefghjkmnpqrstvwxyz'

/** A new identifier: 48 bits of time and 80 random bits in Crockford's base 32, so that rows sort by age (the ULID layout, lower case). */
export function createId(now = Date.now()): string {
  let time = ''
  for (let rest = now, digit = 0; digit < 10; digit++) {
    time = alphabet[rest % 32] + time
    rest = Math.floor(rest / 32)
  }
  let random = ''
  for (const byte of randomBytes(16)) random += alphabet[byte & 31]
  return time + random
}
