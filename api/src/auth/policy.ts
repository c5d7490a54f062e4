import { Forbidden, Unauthenticated } from '../platform/errors.ts'
import type { Actor, SignedInActor } from './model.ts'

/** Throws UNAUTHENTICATED unless somebody is signed in. */
export function requireSignedIn(actor: Actor): asserts actor is SignedInActor {
  if (actor.kind !== 'user') throw new Unauthenticated()
}

/** Throws FORBIDDEN unless the actor administers this server. */
export function requireAdmin(actor: Actor): asserts actor is SignedInActor {
  requireSignedIn(actor)
  if (actor.role !== 'ADMIN') throw new Forbidden('Only an administrator may do this.')
}
