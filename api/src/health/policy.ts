import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin } from '../auth/policy.ts'

/** An administrator may see how the parts of the server are. API keys need `services:read`. */
export function requireReadServices(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'services:read')
}

/** An administrator may restart parts of the server. API keys need `services:manage`. */
export function requireManageServices(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'services:manage')
}
