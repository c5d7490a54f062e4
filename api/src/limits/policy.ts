import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin } from '../auth/policy.ts'

/** An administrator may read and change the limits: they are settings. API keys need `settings:manage`. */
export function requireManageLimits(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'settings:manage')
}
