import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin } from '../auth/policy.ts'

/** An administrator may look into the server's own database, at what is not secret. API keys need `database:read`. */
export function requireReadDatabase(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'database:read')
}
