import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireAdmin, requireScope } from '../auth/policy.ts'
import { parentPath, rootPath, type StoragePath } from '../files/path.ts'
import { requireChange, requireWriteInto } from '../files/policy.ts'
import { Forbidden } from '../platform/errors.ts'
import type { TrashScope } from './model.ts'

/** Everybody signed in may look into their own trash, an administrator into everybody's. API keys need `files:read`. */
export function requireLookInto(actor: Actor, scope: TrashScope): asserts actor is SignedInActor {
  requireScope(actor, 'files:read')
  requireReach(actor, scope)
}

/** As `requireLookInto`, for whoever does not want to be told what is in it. */
export function requireReach(actor: Actor, scope: TrashScope): void {
  if (scope === 'EVERYBODY' && !isAdmin(actor)) throw new Forbidden('Only an administrator sees the trash of others.')
}

/** The owner of a trash and administrators see what is in it. */
export function maySeeItem(actor: Actor, item: { readonly ownerId: string | null }): boolean {
  if (isAdmin(actor)) return true
  return actor.kind === 'user' && item.ownerId === actor.userId
}

/** Whoever sees an item may restore it or delete it for good, unless they only read. API keys need `files:write`. */
export function requireUseTrash(actor: Actor): asserts actor is SignedInActor {
  requireScope(actor, 'files:write')
  if (actor.role === 'VIEWER') throw new Forbidden('You may not change what is in the trash.')
}

/** Things go back only to where their restorer may write. */
export function requireRestoreTo(actor: Actor, to: StoragePath): void {
  requireChange(actor, to, 'to')
  requireWriteInto(actor, parentPath(to) ?? rootPath, 'to')
}

/** An administrator may read and change how long things are kept. */
export function requireManageTrash(actor: Actor): asserts actor is SignedInActor {
  requireAdmin(actor, 'settings:manage')
}

function isAdmin(actor: Actor): boolean {
  return actor.kind === 'system' || (actor.kind === 'user' && actor.role === 'ADMIN')
}
