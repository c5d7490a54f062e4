import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin } from '../auth/policy.ts'

/** An administrator may see what runs when. API keys need `jobs:read`. */
export function requireReadSchedules(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'jobs:read')
}

/** An administrator may make, change, pause, delete and run schedules. API keys need `jobs:manage`. */
export function requireManageSchedules(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'jobs:manage')
}

/** A schedule acts for its maker as long as they could still make it. */
export function mayOwnSchedule(actor: Actor): boolean {
  return actor.kind === 'system' || (actor.kind === 'user' && actor.role === 'ADMIN')
}
