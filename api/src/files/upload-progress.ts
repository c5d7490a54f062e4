import type { Bus } from '../platform/bus.ts'
import { ownUploadsProgressed, type UploadProgress, type UploadState, uploadProgressed } from './upload-model.ts'
import type { UploadRow } from './uploads.ts'

/** At most four frames a second for each upload. */
const frameMilliseconds = 250
/** How much the newest interval counts for the rate. */
const smoothing = 0.3

interface Pace {
  at: number
  offset: number
  rate: number
}

export interface UploadFrame {
  readonly id: string
  readonly ownerId: string
  readonly path: string
  readonly length: number | null
}

/** Turns durable offsets into frames: how far, how fast, how long still. */
export class ProgressPublisher {
  readonly #bus: Bus
  readonly #paces = new Map<string, Pace>()

  constructor(bus: Bus) {
    this.#bus = bus
  }

  /** A request begins to send bytes from here. */
  begin(id: string, offset: number): void {
    this.#paces.set(id, { at: performance.now(), offset, rate: 0 })
  }

  /** Its request ended; the upload may go on with another. */
  pause(id: string): void {
    this.#paces.delete(id)
  }

  /** Publishes unless a frame went out a moment ago. True when it did. */
  advance(upload: UploadFrame, offset: number): boolean {
    const pace = this.#paces.get(upload.id)
    const now = performance.now()
    if (!pace || now - pace.at < frameMilliseconds) return false
    const rate = ((offset - pace.offset) * 1_000) / (now - pace.at)
    pace.rate = pace.rate === 0 ? rate : pace.rate * (1 - smoothing) + rate * smoothing
    pace.at = now
    pace.offset = offset
    this.publish(upload, this.describe(upload, 'RECEIVING', offset))
    return true
  }

  describe(
    upload: UploadFrame,
    state: UploadState,
    offset: number,
    rest: Partial<Pick<UploadProgress, 'problem' | 'problemCode' | 'file'>> = {},
  ): UploadProgress {
    const rate = this.#paces.get(upload.id)?.rate ?? 0
    return {
      id: upload.id,
      path: upload.path,
      state,
      offset,
      length: upload.length,
      bytesPerSecond: state === 'RECEIVING' ? rate : 0,
      etaSeconds: state === 'RECEIVING' && rate > 0 && upload.length !== null ? (upload.length - offset) / rate : null,
      problem: rest.problem ?? null,
      problemCode: rest.problemCode ?? null,
      file: rest.file ?? null,
    }
  }

  /** Parts are nobody's to watch: they have no path, and their sender knows them. */
  publish(upload: UploadFrame, progress: UploadProgress): void {
    if (upload.path === '') return
    this.#bus.publish(uploadProgressed, upload.id, progress)
    this.#bus.publish(ownUploadsProgressed, upload.ownerId, new Map([[upload.id, progress]]))
  }
}

export function frameOf(row: UploadRow): UploadFrame {
  return { id: row.id, ownerId: row.ownerId, path: row.path, length: row.length === null ? null : Number(row.length) }
}
