import type { Actor } from '../auth/model.ts'
import { requireSignedIn } from '../auth/policy.ts'
import { Forbidden } from '../platform/errors.ts'
import { FileNotFound } from './errors.ts'
import type { StoragePath } from './path.ts'

/** The folder that everybody sees, at the top of the storage. */
export const sharedName = 'Shared'

/** An administrator sees everything; others see the top, their own home and `Shared`. */
export function maySee(actor: Actor, path: StoragePath): boolean {
  if (actor.kind === 'system') return true
  if (actor.kind === 'anonymous') return false
  if (actor.role === 'ADMIN') return true
  const [top] = path.segments
  return top === undefined || top === actor.username || top === sharedName
}

/** The names at the top of the storage that the actor sees; null means all. */
export function visibleTopNames(actor: Actor): string[] | null {
  if (actor.kind === 'system') return null
  if (actor.kind === 'anonymous') return []
  return actor.role === 'ADMIN' ? null : [actor.username, sharedName]
}

/** New entries may be made in a folder that the actor sees, unless it is the top or the actor only reads. */
export function mayWriteInto(actor: Actor, folder: StoragePath): boolean {
  return mayWriteAtAll(actor) && folder.segments.length >= 1 && maySee(actor, folder)
}

/** An entry may be renamed, moved, replaced or deleted below a home or `Shared`; those two themselves never. */
export function mayChange(actor: Actor, path: StoragePath): boolean {
  return mayWriteAtAll(actor) && path.segments.length >= 2 && maySee(actor, path)
}

/** Throws UNAUTHENTICATED, or FILE_NOT_FOUND for what the actor may not see: it does not exist for them. */
export function requireSee(actor: Actor, path: StoragePath, field = 'path'): void {
  if (actor.kind !== 'system') requireSignedIn(actor)
  if (!maySee(actor, path)) throw new FileNotFound(path.text, field)
}

export function requireWriteInto(actor: Actor, folder: StoragePath, field = 'path'): void {
  requireSee(actor, folder, field)
  if (!mayWriteInto(actor, folder)) throw new Forbidden('You may not change what is in this folder.')
}

export function requireChange(actor: Actor, path: StoragePath, field = 'path'): void {
  requireSee(actor, path, field)
  if (!mayChange(actor, path)) throw new Forbidden('You may not change this.')
}

/** The server itself makes homes and `Shared`, by other ways than these. */
function mayWriteAtAll(actor: Actor): boolean {
  return actor.kind === 'system' || (actor.kind === 'user' && actor.role !== 'VIEWER')
}
