import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin } from '../auth/policy.ts'

/** An administrator may read and change what can be adjusted. API keys need `settings:manage`. */
export function requireManageSettings(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'settings:manage')
}
