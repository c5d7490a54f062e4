import type { Actor, SignedInActor } from '../auth/model.ts'
import { requireScope } from '../auth/policy.ts'
import { Forbidden } from '../platform/errors.ts'
import { FileNotFound } from './errors.ts'
import { parentPath, rootPath, type StoragePath } from './path.ts'

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

/** Everybody signed in may look for files; API keys need `files:read`. What they may not see is not found. */
export function requireLook(actor: Actor): void {
  if (actor.kind !== 'system') requireScope(actor, 'files:read')
}

/** False for API keys that may only write: what they are told of a file is what they did to it. */
export function mayLook(actor: Actor): boolean {
  return actor.kind !== 'user' || (actor.scopes?.has('files:read') ?? true)
}

/** Uploads belong to somebody signed in; API keys need `files:write`. Whose an upload is and where it goes is asked for each. */
export function requireUpload(actor: Actor): asserts actor is SignedInActor {
  requireScope(actor, 'files:write')
}

/** Throws UNAUTHENTICATED, or FILE_NOT_FOUND for what the actor may not see: it does not exist for them. */
export function requireSee(actor: Actor, path: StoragePath, field = 'path'): void {
  requireLook(actor)
  requireVisible(actor, path, field)
}

export function requireWriteInto(actor: Actor, folder: StoragePath, field = 'path'): void {
  requireWritable(actor, folder, field)
  if (!mayWriteInto(actor, folder)) throw new Forbidden('You may not change what is in this folder.')
}

export function requireChange(actor: Actor, path: StoragePath, field = 'path'): void {
  requireWritable(actor, path, field)
  if (!mayChange(actor, path)) throw new Forbidden('You may not change this.')
}

/** Whoever sees the source may copy it to where they may write; API keys need both scopes. */
export function requireCopy(actor: Actor, from: StoragePath, to: StoragePath): void {
  requireSee(actor, from, 'from')
  requireWritable(actor, to, 'to')
  requireWriteInto(actor, parentPath(to) ?? rootPath, 'to')
}

/** For those who write: an API key that only writes may name what it writes to, and is told no more about it. */
export function requireWritable(actor: Actor, path: StoragePath, field = 'path'): void {
  if (actor.kind !== 'system') requireScope(actor, 'files:write')
  requireVisible(actor, path, field)
}

function requireVisible(actor: Actor, path: StoragePath, field: string): void {
  if (!maySee(actor, path)) throw new FileNotFound(path.text, field)
}

/** The server itself makes homes and `Shared`, by other ways than these. */
function mayWriteAtAll(actor: Actor): boolean {
  return actor.kind === 'system' || (actor.kind === 'user' && actor.role !== 'VIEWER' && (actor.scopes?.has('files:write') ?? true))
}
