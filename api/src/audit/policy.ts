import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin, requireRecentConfirmation, requireSession } from '../auth/policy.ts'

/** An administrator may read, check and export the log, and whoever has a shell on the machine. */
export function requireReadAudit(actor: Actor): void {
  if (actor.kind !== 'system') requireAdmin(actor, 'audit:read')
}

/** Everybody, signed in in person, may read what happened to their own sign-in. */
export function requireReadOwnActivity(actor: Actor): asserts actor is SignedInActor {
  requireSession(actor)
}

/** An administrator may read how long the log is kept. */
export function requireReadRetention(actor: Actor): void {
  requireAdmin(actor, 'settings:manage')
}

/** An administrator who has just proved who they are may change how long the log is kept. */
export function requireChangeRetention(actor: Actor, now: Date): asserts actor is SignedInActor {
  requireAdmin(actor, 'settings:manage')
  requireRecentConfirmation(actor, now)
}
