import { stateTopic } from '../platform/bus.ts'

export type FileDamageState = 'OPEN' | 'ACCEPTED' | 'RESOLVED' | 'QUARANTINED'

/** A file whose content is not what its checksum says. */
export interface FileDamage {
  readonly id: string
  readonly entryId: number
  /** Where it was when it was found. */
  readonly path: string
  /** SHA-256, hexadecimal. */
  readonly expected: string
  readonly found: string
  /** Bytes. */
  readonly size: number
  readonly touchedAt: Date
  readonly foundAt: Date
  readonly state: FileDamageState
  readonly settledAt: Date | null
  readonly settledByName: string | null
}

/** What a reading of all files counts. */
export interface ScrubCounts {
  readonly files: number
  readonly bytes: number
  /** Files that had no checksum before. */
  readonly firstReadings: number
  /** Files that others than this server have changed since they were last read. */
  readonly changed: number
  readonly damaged: number
  /** Files that the disk did not give back, or that changed while they were read. */
  readonly unreadable: number
  /** Of the bytes those that came from the disk for certain, past the page cache. */
  readonly directBytes: number
}

export const nothingCounted: ScrubCounts = {
  files: 0,
  bytes: 0,
  firstReadings: 0,
  changed: 0,
  damaged: 0,
  unreadable: 0,
  directBytes: 0,
}

/** A reading of all files. */
export interface FileScrub extends ScrubCounts {
  /** Of its job. */
  readonly id: string
  readonly startedAt: Date
  /** Null while it runs, and when it was stopped before its end. */
  readonly endedAt: Date | null
}

/** Published when a damage was found or settled, and when a reading begins or ends. */
export const integrityChanged = stateTopic<{ readonly at: Date }>('integrity.changed')
