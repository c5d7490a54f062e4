import { stateTopic } from '../platform/bus.ts'
import type { Database } from '../platform/db.ts'

export type TrashRow = NonNullable<Awaited<ReturnType<Database['trashItem']['findUnique']>>>

/** Something in the trash, as seen by whoever asked. */
export interface TrashItem {
  readonly id: string
  readonly name: string
  /** Where it stood. */
  readonly path: string
  readonly isFolder: boolean
  /** Bytes; null while a folder is still to be counted. */
  readonly size: number | null
  /** False when counting took too long: then it is at least this much. */
  readonly sizeIsExact: boolean
  readonly deletedAt: Date
  readonly deletedByName: string
  /** In whose trash it is; null for nobody's. */
  readonly ownerId: string | null
  /** When it is removed for good; null while nothing is. */
  readonly expiresAt: Date | null
}

/** Whose trash: one's own, or for administrators that of everybody. */
export type TrashScope = 'MINE' | 'EVERYBODY'

/** What a restoration does about a name that is taken. */
export type RestoreConflict = 'FAIL' | 'KEEP_BOTH'

/** How much lies in a trash. */
export interface TrashTotals {
  readonly count: number
  /** Bytes, as far as they are counted. */
  readonly size: number
}

/** Something came into a trash, left it, or was counted. By the id of whose trash it is, and by `everybody`. */
export const trashChanged = stateTopic<{ readonly at: Date }>('trash.changed')
export const everybody = '*'

/** Ids of items: names in the trash folder. Anything else that stands there is not the server's. */
export function isItemId(text: string): boolean {
  return /^[0-9a-z]{26}$/.test(text)
}

const dayMs = 86_400_000

/** When an item goes that was deleted then; null for never. */
export function expiryOf(deletedAt: Date, days: number): Date | null {
  return days === 0 ? null : new Date(deletedAt.getTime() + days * dayMs)
}

export function itemOf(row: TrashRow, days: number): TrashItem {
  const { id, name, path, isFolder, size, sizeIsExact, deletedAt, deletedByName, ownerId } = row
  const expiresAt = expiryOf(deletedAt, days)
  return { id, name, path, isFolder, size: size === null ? null : Number(size), sizeIsExact, deletedAt, deletedByName, ownerId, expiresAt }
}

/** `report (2).pdf`: what a restored entry is called beside the one that has its name. Still at most 255 bytes. */
export function numberedName(name: string, count: number, isFolder: boolean): string {
  if (count === 1) return name
  const dot = isFolder ? -1 : name.lastIndexOf('.')
  const [stem, ending] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  const suffix = ` (${count})${Buffer.byteLength(ending) > 64 ? '' : ending}`
  let kept = Buffer.byteLength(ending) > 64 ? name : stem
  while (Buffer.byteLength(kept + suffix) > 255) kept = [...kept].slice(0, -1).join('')
  return (kept + suffix).normalize('NFC')
}
