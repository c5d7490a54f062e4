import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireScope } from '../auth/policy.ts'

/** Everybody signed in may read which server this is; API keys need `account:read`. */
export function requireReadServer(actor: Actor): asserts actor is SignedInActor {
  requireScope(actor, 'account:read')
}
