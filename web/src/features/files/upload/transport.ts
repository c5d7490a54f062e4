import { DetailedError, type PreviousUpload, Upload } from 'tus-js-client'
import type { UploadProblem } from './upload-item'

export interface TransferJob {
  file: File
  path: string
  /** What the server does when the name is taken. */
  ifExists: 'fail' | 'replace' | 'keepBoth'
  /** An upload of the server's to go on with. */
  id: string | null
}

export interface TransferEvents {
  onId: (id: string) => void
  onDone: () => void
  /** `final`: asking again would be answered the same. */
  onFailed: (problem: UploadProblem, final: boolean) => void
}

/** How bytes get to the server. The tray knows this much of it; what does it is loaded with the first upload. */
export interface Transport {
  start: (job: TransferJob, events: TransferEvents) => { stop: () => Promise<void> }
  /** Whether this very file, unchanged, was being sent as upload `id` from this browser. */
  isSameFile: (file: File, path: string, id: string) => Promise<boolean>
  cancel: (id: string) => Promise<void>
}

const ENDPOINT = '/uploads'
const SMALL = 64 * 1024
const headers = { 'x-baluhost-csrf': '1' }
const RETRY_AFTER_MS = [0, 1_000, 3_000, 6_000, 12_000]
/** Said by the server about this moment, not about this file. */
const passing = new Set(['UPLOAD_BUSY', 'OFFSET_MISMATCH', 'RATE_LIMITED'])

function addressOf(id: string): string {
  return new URL(`${ENDPOINT}/${encodeURIComponent(id)}`, window.location.origin).href
}

function idOf(url: string | null): string | null {
  const last = url?.split('/').at(-1)
  return last ? decodeURIComponent(last) : null
}

/** Where it goes belongs to what it is: the same file dropped into two folders is two uploads. */
function fingerprintOf(file: File, path: string): string {
  return JSON.stringify(['baluhost', path, file.name, file.type, file.size, file.lastModified])
}

function problemOf(error: Error): { problem: UploadProblem; final: boolean } {
  const response = error instanceof DetailedError ? error.originalResponse : null
  if (!response) return { problem: { code: 'NO_ANSWER', message: error.message }, final: false }
  const status = response.getStatus()
  const problem = parseProblem(response.getBody()) ?? { code: `HTTP_${status}`, message: error.message }
  const final = !passing.has(problem.code) && status !== 423 && status < 500
  // 507 and 503 with a code of ours are said by the server itself: the disk is full whoever asks.
  return { problem, final: final || problem.code.startsWith('STORAGE_') }
}

function parseProblem(body: string): UploadProblem | null {
  try {
    const parsed: unknown = JSON.parse(body)
    if (typeof parsed !== 'object' || parsed === null || !('code' in parsed) || typeof parsed.code !== 'string') return null
    return { code: parsed.code, message: 'message' in parsed && typeof parsed.message === 'string' ? parsed.message : '' }
  } catch {
    return null
  }
}

export const tusTransport: Transport = {
  start({ file, path, ifExists, id }, { onId, onDone, onFailed }) {
    const upload = new Upload(file, {
      endpoint: new URL(ENDPOINT, window.location.origin).href,
      ...(id ? { uploadUrl: addressOf(id) } : {}),
      headers,
      metadata: { path, mtime: String(file.lastModified), ...(ifExists === 'fail' ? {} : { ifExists }) },
      fingerprint: () => Promise.resolve(fingerprintOf(file, path)),
      chunkSize: Number.POSITIVE_INFINITY,
      // What is small comes whole in one request; what is not must have its address before its bytes, to go on after a break.
      uploadDataDuringCreation: file.size <= SMALL && ifExists !== 'keepBoth',
      retryDelays: RETRY_AFTER_MS,
      overridePatchMethod: false,
      removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => !problemOf(error).final,
      onUploadUrlAvailable: () => {
        const given = idOf(upload.url)
        if (given) onId(given)
      },
      onSuccess: onDone,
      onError: (error) => {
        const { problem, final } = problemOf(error)
        onFailed(problem, final)
      },
    })
    upload.start()
    return { stop: () => upload.abort() }
  },

  async isSameFile(file, path, id) {
    const known = await previousUploads(file, path)
    return known.some((previous) => idOf(previous.uploadUrl) === id)
  },

  cancel: (id) =>
    Upload.terminate(addressOf(id), { headers, retryDelays: RETRY_AFTER_MS, onShouldRetry: (error) => !problemOf(error).final }),
}

function previousUploads(file: File, path: string): Promise<PreviousUpload[]> {
  return new Upload(file, { fingerprint: () => Promise.resolve(fingerprintOf(file, path)) }).findPreviousUploads()
}
