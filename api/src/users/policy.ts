import type { Actor, Role, SignedInActor } from '../auth/model.ts'
import { requireAdmin, requireRecentConfirmation, requireSession, requireSignedIn } from '../auth/policy.ts'
import { CannotDoToSelf } from './errors.ts'
import type { SeenUser, User } from './model.ts'

/** An administrator sees all of every account, others all of their own. API keys need `users:read`, for the own `account:read`. */
export function maySeeAllOf(actor: Actor, userId: string): boolean {
  if (actor.kind === 'system') return true
  if (actor.kind !== 'user') return false
  if (actor.userId === userId && (actor.scopes?.has('account:read') ?? true)) return true
  return mayReadPeople(actor)
}

/** The account as the actor may see it: of others only id, name, role and picture. */
export function asSeenBy(actor: Actor, user: User): SeenUser {
  if (maySeeAllOf(actor, user.id)) return user
  const { id, username, role, avatar } = user
  return {
    id,
    username,
    role,
    avatar,
    email: null,
    createdAt: null,
    lastSignInAt: null,
    disabledAt: null,
    quotaBytes: null,
    isPartial: true,
  }
}

/** Whoever is nobody is told so before anything else, and nothing of it is written down. */
export function requireSomebody(actor: Actor): void {
  if (actor.kind !== 'system') requireSignedIn(actor)
}

/** Everybody signed in may see pictures, whatever their key is for. */
export function requireSeePictures(actor: Actor): asserts actor is SignedInActor {
  requireSignedIn(actor)
}

/** Whether the actor may read all accounts, groups and invitations. */
export function mayReadPeople(actor: Actor): boolean {
  if (actor.kind !== 'user') return actor.kind === 'system'
  return actor.role === 'ADMIN' && !actor.mustEnrol && (actor.scopes?.has('users:read') ?? true)
}

/** An administrator may list and read accounts, groups and invitations. */
export function requireReadPeople(actor: Actor): void {
  if (actor.kind !== 'system') requireAdmin(actor, 'users:read')
}

/** An administrator, or whoever has a shell on the machine, may make and change accounts, groups and invitations. */
export function requireManagePeople(actor: Actor): void {
  if (actor.kind !== 'system') requireAdmin(actor, 'users:manage')
}

/** Who is made an administrator is decided by a person: a key that manages people would else make itself a way to everything. */
export function requireGrant(actor: Actor, role: Role | undefined): void {
  requireManagePeople(actor)
  if (role === 'ADMIN' && actor.kind === 'user') requireSession(actor)
}

/** An administrator who is made outlives the session that made it: who took over a browser left open must not get that far. */
export function requireMakeAdmin(actor: Actor, now: Date): void {
  if (actor.kind === 'user') requireConfirmedAdmin(actor, now)
}

/** Everybody may change their own e-mail address and picture, signed in in person; an administrator those of all. */
export function requireChangeOwn(actor: Actor, userId: string): void {
  if (actor.kind === 'user' && actor.userId === userId && !actor.scopes) requireSession(actor)
  else requireManagePeople(actor)
}

/** Nobody may disable, delete, or take the rights of the own account: a slip could not be undone. */
export function requireOther(actor: Actor, userId: string, message?: string): void {
  if (actor.kind === 'user' && actor.userId === userId) throw new CannotDoToSelf(message)
}

/** What cannot be undone, or takes an account over: an administrator in person who proved so within the last ten minutes. */
export function requireConfirmedAdmin(actor: Actor, now: Date): asserts actor is SignedInActor {
  requireSession(actor)
  requireAdmin(actor, 'users:manage')
  requireRecentConfirmation(actor, now)
}

/** An administrator who can sign in: of these one must remain. */
export function isActiveAdmin(user: { readonly role: Role; readonly disabledAt: Date | null }): boolean {
  return user.role === 'ADMIN' && user.disabledAt === null
}
