import { createHash, randomBytes } from 'node:crypto'

/** 256 random bits, base64url: nobody guesses it, so a fast hash of it is enough to keep. */
export function createToken(): string {
  return randomBytes(32).toString('base64url')
}

/** What is kept of a token: SHA-256, hexadecimal. Never of anything that a person chose. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}
