import { isScope } from '../auth/scopes.ts'
import type { Database } from '../platform/db.ts'
import type { ApiKey } from './model.ts'

export type ApiKeyRow = NonNullable<Awaited<ReturnType<Database['apiKey']['findUnique']>>>

/** A scope that a release took away is no scope of the key any more. */
export function keyOf({ keyHash: _never, scopes, addresses, ...row }: ApiKeyRow): ApiKey {
  return { ...row, scopes: textsOf(scopes).filter(isScope), addresses: textsOf(addresses) }
}

/** Throws for what this server has not written: an empty list of addresses means anywhere, so it must not be guessed. */
function textsOf(value: unknown): string[] {
  if (!Array.isArray(value) || value.some((one) => typeof one !== 'string')) throw new Error('The row of an API key is damaged.')
  return value
}
