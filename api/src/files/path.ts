import { InvalidInput } from '../platform/errors.ts'
import { PathOutsideStorage } from './errors.ts'

/** An absolute path inside the storage that has passed the grammar. Only `parsePath` and `childPath` make one. */
export interface StoragePath {
  /** `/` or `/a/b`, never with a slash at the end. */
  readonly text: string
  readonly segments: readonly string[]
}

/** What ext4, xfs, btrfs and zfs allow for one name. */
export const longestName = 255
/** PATH_MAX of Linux, kept although the server itself never hands a whole path to the kernel. */
const longestPath = 4096
/** The server's own folder at the top of the storage: spool, removals. Nobody reaches it by a path. */
export const reservedName = '.baluhost'

export const rootPath: StoragePath = { text: '/', segments: [] }

/**
 * Parses `/a/b`. Throws INVALID_INPUT (with `field`) for what is not a path of the storage, PATH_OUTSIDE_STORAGE for `..`.
 * One slash at the end is allowed and means the same.
 */
export function parsePath(text: string, field = 'path'): StoragePath {
  if (!text.startsWith('/')) throw new InvalidInput('A path starts with /.', field)
  if (Buffer.byteLength(text) > longestPath) throw new InvalidInput(`A path has at most ${longestPath} bytes.`, field)
  if (text === '/') return rootPath
  const trimmed = text.endsWith('/') ? text.slice(0, -1) : text
  const segments = trimmed.slice(1).split('/')
  for (const segment of segments) requireName(segment, field)
  if (isReserved(segments[0])) throw new InvalidInput(`The name ${reservedName} is kept for the server itself.`, field)
  return { text: trimmed, segments }
}

/**
 * Whether a name at the top is the server's own folder, in any spelling that a file system may take for the same: those
 * that do not tell case apart also pass over characters that nobody sees.
 */
export function isReserved(name: string | undefined): boolean {
  return (
    name
      ?.normalize('NFKC')
      .replace(/\p{Default_Ignorable_Code_Point}/gu, '')
      .toLowerCase() === reservedName
  )
}

/** Throws unless `name` can be the name of a file or folder. */
function requireName(name: string, field = 'path'): void {
  if (name === '..') throw new PathOutsideStorage(field)
  const fault = nameFault(name)
  if (fault) throw new InvalidInput(fault, field)
}

/** Why this cannot be a name, or null when it can. */
export function nameFault(name: string): string | null {
  if (name === '') return 'A name cannot be empty.'
  if (name === '.' || name === '..') return 'A path has no . or .. parts.'
  if (name.includes('/')) return 'A name has no slash.'
  // Control characters break terminals, logs and headers; U+2028 and U+2029 break lines in the same places.
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(name)) return 'A name has no control characters.'
  // A lone surrogate has no UTF-8 form: Node would write U+FFFD instead and two names would become one.
  if (!name.isWellFormed()) return 'A name is valid Unicode.'
  if (name.normalize('NFC') !== name) return 'A name is in Unicode normalisation form C (NFC).'
  if (Buffer.byteLength(name) > longestName) return `A name has at most ${longestName} bytes.`
  return null
}

/** The path of `name` in the folder `parent`. The name must have passed `nameFault`. */
export function childPath(parent: StoragePath, name: string): StoragePath {
  return { text: parent.segments.length === 0 ? `/${name}` : `${parent.text}/${name}`, segments: [...parent.segments, name] }
}

/** The folder that holds `path`; null for the root. */
export function parentPath(path: StoragePath): StoragePath | null {
  if (path.segments.length === 0) return null
  const segments = path.segments.slice(0, -1)
  return segments.length === 0 ? rootPath : { text: `/${segments.join('/')}`, segments }
}

/** The last part; empty for the root. */
export function nameOf(path: StoragePath): string {
  return path.segments.at(-1) ?? ''
}

/** True when `path` is `folder` or lies below it. */
export function isWithin(path: StoragePath, folder: StoragePath): boolean {
  return folder.segments.length === 0 || path.text === folder.text || path.text.startsWith(`${folder.text}/`)
}
