import type { Database } from '../platform/db.ts'

export type VersionRow = NonNullable<Awaited<ReturnType<Database['fileVersion']['findUnique']>>>

/** What a file held before something took its place. */
export interface FileVersion {
  readonly number: number
  /** Of the file whose version it is, as it is now. */
  readonly path: string
  readonly size: number
  readonly sha256: string | null
  readonly modifiedAt: Date
  readonly replacedAt: Date
  readonly replacedByName: string
}

/** How many versions there are, and how much space they take. */
export interface VersionTotals {
  readonly count: number
  /** Bytes. */
  readonly size: number
}

export function versionOf(row: VersionRow, path: string): FileVersion {
  const { number, size, sha256, modifiedAt, replacedAt, replacedByName } = row
  return { number, path, size: Number(size), sha256, modifiedAt, replacedAt, replacedByName }
}
