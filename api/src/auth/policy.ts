import { Forbidden, Unauthenticated } from '../platform/errors.ts'
import { ConfirmationRequired, EnrolmentRequired } from './errors.ts'
import type { Actor, SignedInActor } from './model.ts'
import type { Scope } from './scopes.ts'

/** How long ago a person may have proved who they are, for what cannot be undone: in milliseconds. */
export const confirmationLasts = 10 * 60_000

/** Throws UNAUTHENTICATED unless somebody is signed in, whoever and by whatever means. */
export function requireIdentity(actor: Actor): asserts actor is SignedInActor {
  if (actor.kind !== 'user') throw new Unauthenticated()
}

/** Throws UNAUTHENTICATED unless somebody is signed in, and TWO_FACTOR_ENROLMENT_REQUIRED while they must first set up their second factor. */
export function requireSignedIn(actor: Actor): asserts actor is SignedInActor {
  requireIdentity(actor)
  if (actor.mustEnrol) throw new EnrolmentRequired()
}

/** Throws FORBIDDEN for an API key that was not allowed this. */
export function requireScope(actor: Actor, scope: Scope): asserts actor is SignedInActor {
  requireSignedIn(actor)
  if (actor.scopes && !actor.scopes.has(scope)) throw new Forbidden(`This API key does not have the scope ${scope}.`)
}

/** Throws FORBIDDEN unless the actor administers this server, and for an API key that was not allowed this. */
export function requireAdmin(actor: Actor, scope: Scope): asserts actor is SignedInActor {
  requireScope(actor, scope)
  if (actor.role !== 'ADMIN') throw new Forbidden('Only an administrator may do this.')
}

/** Throws FORBIDDEN for API keys: what concerns one's own sign-in is for the person alone. */
export function requireSession(actor: Actor): asserts actor is SignedInActor {
  requireSignedIn(actor)
  requirePerson(actor)
}

/** As requireSession, and open to those who must still set up their second factor. */
export function requireOwnSession(actor: Actor): asserts actor is SignedInActor {
  requireIdentity(actor)
  requirePerson(actor)
}

/** Throws CONFIRMATION_REQUIRED unless the person proved who they are within the last ten minutes. API keys cannot: FORBIDDEN. */
export function requireRecentConfirmation(actor: Actor, now: Date): asserts actor is SignedInActor {
  requireOwnSession(actor)
  if (!actor.confirmedAt || now.getTime() - actor.confirmedAt.getTime() > confirmationLasts) throw new ConfirmationRequired()
}

function requirePerson(actor: SignedInActor): void {
  if (actor.scopes) throw new Forbidden('An API key may not do this: sign in.')
}
