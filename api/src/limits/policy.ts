import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin, requireRecentConfirmation, requireSession } from '../auth/policy.ts'

/** An administrator may read the limits: they are settings. API keys need `settings:manage`. */
export function requireReadLimits(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'settings:manage')
}

/** What slows down who guesses passwords is changed by an administrator in person, who proved so within the last ten minutes. */
export function requireChangeLimits(actor: Actor, now: Date): asserts actor is SignedInActor {
  requireSession(actor)
  requireAdmin(actor, 'settings:manage')
  requireRecentConfirmation(actor, now)
}
