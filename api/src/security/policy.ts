import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin } from '../auth/policy.ts'

/** An administrator may read what is weak about this server. API keys need `audit:read`. */
export function requireReadSecurity(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'audit:read')
}
