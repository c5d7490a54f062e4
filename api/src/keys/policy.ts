import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireRecentConfirmation, requireSession } from '../auth/policy.ts'
import { Forbidden } from '../platform/errors.ts'
import { ApiKeyNotFound } from './errors.ts'

/** Keys are for people to manage, never for keys: a stolen one must not make another. */
export function requireManageOwnKeys(actor: Actor): asserts actor is SignedInActor {
  requireSession(actor)
}

/** Making a key, or letting one do more, asks for a person who proved a moment ago who they are. */
export function requireGiveAway(actor: Actor, now: Date): asserts actor is SignedInActor {
  requireManageOwnKeys(actor)
  requireRecentConfirmation(actor, now)
}

/** A person sees their own keys; an administrator sees everybody's. */
export function requireSeeKeysOf(actor: Actor, ownerId: string): asserts actor is SignedInActor {
  requireManageOwnKeys(actor)
  if (actor.userId !== ownerId && actor.role !== 'ADMIN') throw new Forbidden('Only an administrator sees the keys of others.')
}

/** Only its owner changes what a key may do. To others it does not exist. */
export function requireChangeKey(actor: SignedInActor, key: { readonly userId: string } | null): asserts key {
  if (!key || key.userId !== actor.userId) throw new ApiKeyNotFound()
}

/** Its owner revokes a key, or an administrator. To others it does not exist. */
export function requireRevokeKey(actor: SignedInActor, key: { readonly userId: string } | null): asserts key {
  if (!key || (key.userId !== actor.userId && actor.role !== 'ADMIN')) throw new ApiKeyNotFound()
}
