import { lookup } from 'mime-types'
import { stateTopic } from '../platform/bus.ts'

/** The entry of the storage's top. */
export const rootId = 0
/** Parent of what is being removed: no path leads there. */
export const removingId = -1
/** Parent of what is in the trash: no path leads there either, and all below it stays as it was. */
export const trashedId = -3

/** A file or folder, as seen by whoever asked. */
export interface StoredFile {
  readonly id: number
  readonly parentId: number
  readonly name: string
  readonly path: string
  readonly isFolder: boolean
  /** Bytes; 0 for folders. */
  readonly size: number
  readonly modifiedAt: Date
  /** Whose home it is in, or who brought it into `Shared`; null where nobody did. */
  readonly ownerId: string | null
  /** Hexadecimal, when the content has been hashed as it is now. */
  readonly sha256: string | null
  /** Said by a deletion that moved it to the trash: what it is called there. */
  readonly trashItemId?: string
}

export type FileOrderField = 'NAME' | 'SIZE' | 'MODIFIED_AT' | 'TYPE'

export interface FileOrder {
  readonly field: FileOrderField
  readonly direction: 'ASC' | 'DESC'
}

/** What changed in one folder since the reader's last frame. */
export interface FolderDelta {
  readonly at: Date
  readonly changed: ReadonlyMap<number, StoredFile>
  readonly removed: ReadonlySet<number>
  readonly reset: boolean
  readonly gone: boolean
}

/** More changes than this in one frame are cheaper to read anew than to list. */
export const mostChangesPerFrame = 200

/** Changes of a folder, keyed by its entry id. A reader that is slow finds what it missed in one frame. */
export const folderChanged = stateTopic<FolderDelta>('files.folderChanged', mergeDeltas)

function mergeDeltas(unread: FolderDelta, newer: FolderDelta): FolderDelta {
  const changed = new Map(unread.changed)
  const removed = new Set(unread.removed)
  for (const id of newer.removed) {
    changed.delete(id)
    removed.add(id)
  }
  for (const [id, file] of newer.changed) {
    removed.delete(id)
    changed.set(id, file)
  }
  return boundDelta({ at: newer.at, changed, removed, reset: unread.reset || newer.reset, gone: unread.gone || newer.gone })
}

/** A frame that says "read again" lists nothing. */
export function boundDelta(delta: FolderDelta): FolderDelta {
  const tooMany = delta.changed.size + delta.removed.size > mostChangesPerFrame
  return delta.reset || tooMany ? { ...delta, changed: new Map(), removed: new Set(), reset: true } : delta
}

const longestMicros = 8_640_000_000_000_000n

/** Times of stat as rows keep them. Some disks hold files from the year 2446; the last moment that counts is in 2243. */
export function microsOf(nanoseconds: bigint): bigint {
  const micros = nanoseconds / 1_000n
  if (micros > longestMicros) return longestMicros
  return micros < -longestMicros ? -longestMicros : micros
}

export function toDate(micros: bigint): Date {
  return new Date(Number(micros / 1_000n))
}

const longestSortKey = 256

/**
 * What orders names as people do, compared by bytes: case and accents do not count, numbers count by value (`2` before
 * `10`). A number is written with the count of its digits in front.
 */
export function sortKeyOf(name: string): string {
  const folded = name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const key = folded.replace(/\d+/g, (digits) => {
    const value = digits.replace(/^0+(?=\d)/, '')
    return `${String(value.length).padStart(3, '0')}${value}`
  })
  return key.slice(0, longestSortKey).toWellFormed()
}

/** What a search compares with: case, accents and ways of writing the same letter do not count. */
export function searchKeyOf(name: string): string {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().slice(0, longestSortKey).toWellFormed()
}

/** Lower-case ending without the dot; empty when there is none. A name that only starts with a dot has none. */
export function extensionOf(name: string): string {
  const dot = name.lastIndexOf('.')
  return dot > 0
    ? name
        .slice(dot + 1, dot + 33)
        .toLowerCase()
        .toWellFormed()
    : ''
}

/** Endings that today stand for source code far more often than for what they were registered for. */
const sources = new Set(['ts', 'mts', 'cts', 'tsx', 'rs'])

/** The media type that the name says, without parameters; null when it says none. */
export function mimeTypeOf(name: string): string | null {
  return sources.has(extensionOf(name)) ? 'text/plain' : lookup(name) || null
}

/** The address under which the bytes are read. */
export function downloadUrlOf(path: string): string {
  return `/files${path.split('/').map(encodeURIComponent).join('/')}`
}
