import { stateTopic } from '../platform/bus.ts'
import { InvalidInput } from '../platform/errors.ts'
import type { StoredFile } from './model.ts'

export type UploadState = 'RECEIVING' | 'VERIFYING' | 'DONE' | 'FAILED' | 'CANCELLED'

export interface UploadProgress {
  readonly id: string
  /** Where the file will stand; once it does, where it stands. */
  readonly path: string
  readonly state: UploadState
  /** Bytes that are durable on the disk: what a resume goes on from. */
  readonly offset: number
  /** Null while nobody has said it. */
  readonly length: number | null
  readonly bytesPerSecond: number
  readonly etaSeconds: number | null
  /** Why it failed, for people, and the code of the same problem elsewhere. */
  readonly problem: string | null
  readonly problemCode: string | null
  /** The finished file. */
  readonly file: StoredFile | null
}

/** The bytes of one request, as they come; who takes them may empty the buffers. When it breaks off or is stopped, iterating throws. */
export interface UploadSource extends AsyncIterable<readonly Buffer[]> {
  /** Nothing more is wanted: what has been handed over counts, the rest is thrown away. */
  stop(): void
}

/** One upload, keyed by its id. */
export const uploadProgressed = stateTopic<UploadProgress>('files.uploadProgressed')

/** All uploads of one person, keyed by the owner: a slow reader finds the newest frame of each. */
export const ownUploadsProgressed = stateTopic<ReadonlyMap<string, UploadProgress>>('files.ownUploadsProgressed', (unread, newer) => {
  const merged = new Map(unread)
  for (const [id, progress] of newer) {
    merged.delete(id)
    merged.set(id, progress)
  }
  const [oldest] = merged.keys()
  if (merged.size > mostUnread && oldest !== undefined) merged.delete(oldest)
  return merged
})

/** Uploads one reader can leave unread; a tab that sleeps through more than that reads the list again. */
const mostUnread = 2_000

/** What happens when the name is taken: the upload fails, the file is replaced, or the new one gets the next free name. */
export type IfExists = 'FAIL' | 'REPLACE' | 'KEEP_BOTH'
const ifExistsWords: Readonly<Record<string, IfExists>> = { fail: 'FAIL', replace: 'REPLACE', keepBoth: 'KEEP_BOTH' }

/** Upload-Metadata, decoded; a key without a value has null. */
export type UploadMetadata = Readonly<Record<string, string | null>>

/** What Upload-Metadata says. */
export interface UploadWish {
  readonly path: string
  readonly modifiedAt: Date | null
  /** SHA-256 of the whole file, hexadecimal. */
  readonly sha256: string | null
  readonly ifExists: IfExists
}

/** Throws INVALID_INPUT for metadata that cannot be meant. */
export function parseWish(metadata: UploadMetadata): UploadWish {
  const path = metadata['path']
  if (!path) throw new InvalidInput('Upload-Metadata must say path, the absolute path of the new file.', 'path')
  const sha256 = metadata['sha256']?.toLowerCase() || null
  if (sha256 && !/^[0-9a-f]{64}$/.test(sha256)) throw new InvalidInput('sha256 is 64 hexadecimal digits.', 'sha256')
  return { path, sha256, modifiedAt: parseTime(metadata['mtime'] || null), ifExists: parseIfExists(metadata) }
}

/** `replace` is how older programs say it. */
function parseIfExists(metadata: UploadMetadata): IfExists {
  const word = metadata['ifExists']
  if (!word) return metadata['replace'] === 'true' ? 'REPLACE' : 'FAIL'
  const meant = ifExistsWords[word]
  if (!meant) throw new InvalidInput(`ifExists is one of ${Object.keys(ifExistsWords).join(', ')}.`, 'ifExists')
  return meant
}

/** What every file system here can keep: from 1901 to 2446, as ext4 does. Some phones say the year 30,000. */
const earliest = -(2 ** 31) * 1_000
const latest = Date.UTC(2446, 0)

/** ISO 8601 with zone, or a number since 1970: seconds, or milliseconds as JavaScript's File says them. */
function parseTime(text: string | null): Date | null {
  if (text === null) return null
  const number = /^-?\d{1,15}(\.\d+)?$/.test(text) ? Number(text) : null
  const time = number === null ? new Date(text).getTime() : Math.abs(number) > 1e11 ? number : number * 1_000
  if (Number.isNaN(time)) throw new InvalidInput('mtime is an ISO 8601 time, or seconds or milliseconds since 1970.', 'mtime')
  return new Date(Math.min(Math.max(time, earliest), latest))
}

/**
 * When an upload is whole. `length`: as soon as so many bytes are there as were declared (tus). `now`: with this request, if
 * it comes to its end. `later`: not with this one, whatever its length.
 */
export type Completes = 'length' | 'now' | 'later'

/** One request that brings bytes. */
export interface UploadRequest {
  /** Where the sender thinks the upload goes on. */
  readonly offset: number
  readonly source: UploadSource
  readonly checksum: PartChecksum | null
  readonly completes: Completes
  /** The length, when this request says it. */
  readonly length: number | null
  /** Told now and then what is durable, while bytes arrive. */
  readonly onDurable?: (offset: number) => void
}

/** The checksum of one request's bytes, as `Upload-Checksum` announces it. */
export interface PartChecksum {
  readonly algorithm: 'sha1' | 'sha256'
  readonly digest: Buffer
}

export const checksumAlgorithms = ['sha256', 'sha1'] as const

/** Throws INVALID_INPUT for an algorithm this server does not have: the tus extension asks for 400 then. */
export function parseChecksum(header: string): PartChecksum {
  const [algorithm, digest = ''] = header.split(' ')
  if (algorithm !== 'sha1' && algorithm !== 'sha256')
    throw new InvalidInput(`Upload-Checksum knows ${checksumAlgorithms.join(' and ')}.`, 'Upload-Checksum')
  const bytes = Buffer.from(digest, 'base64')
  if (bytes.length !== (algorithm === 'sha1' ? 20 : 32))
    throw new InvalidInput('Upload-Checksum does not hold a whole digest in base64.', 'Upload-Checksum')
  return { algorithm, digest: bytes }
}
