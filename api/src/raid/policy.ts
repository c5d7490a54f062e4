import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireScope } from '../auth/policy.ts'

/** Everybody signed in may read arrays: a failing disk concerns all whose files are on it. API keys need `raid:read`. */
export function requireReadArrays(actor: Actor): asserts actor is SignedInActor {
  requireScope(actor, 'raid:read')
}
