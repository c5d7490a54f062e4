import type { UploadProgress_UploadFragment } from '../../../graphql/generated/graphql'

export type UploadFrame = UploadProgress_UploadFragment

/**
 * queued: waits for its turn · sending: this tab sends it · waiting: goes on when the server answers again · asking: the name is taken ·
 * interrupted: begun before a reload, needs its file again · elsewhere: another tab or device sends it
 */
export type ItemState =
  | 'queued'
  | 'sending'
  | 'verifying'
  | 'paused'
  | 'waiting'
  | 'asking'
  | 'interrupted'
  | 'elsewhere'
  | 'failed'
  | 'done'

export interface UploadProblem {
  code: string
  message: string
}

export interface UploadItem {
  readonly key: string
  /** What was dropped together is answered together. */
  readonly batch: number
  /** The server's name for it, from the moment it has one. */
  readonly id: string | null
  readonly path: string
  readonly length: number
  readonly file: File | null
  /** What the server does when the name is taken. */
  readonly ifExists: 'fail' | 'replace' | 'keepBoth'
  readonly state: ItemState
  /** Bytes durable on the server: never what the browser has merely sent. */
  readonly offset: number
  readonly bytesPerSecond: number
  readonly problem: UploadProblem | null
}

export function queuedItem(key: string, batch: number, path: string, file: File): UploadItem {
  return {
    key,
    batch,
    id: null,
    path,
    length: file.size,
    file,
    ifExists: 'fail',
    state: 'queued',
    offset: 0,
    bytesPerSecond: 0,
    problem: null,
  }
}

/** An upload of this person that this tab does not send. */
export function foreignItem(frame: UploadFrame): UploadItem {
  return {
    key: `server:${frame.id}`,
    batch: 0,
    id: frame.id,
    path: frame.path,
    length: frame.length ?? frame.offset,
    file: null,
    ifExists: 'fail',
    state: 'interrupted',
    offset: frame.offset,
    bytesPerSecond: 0,
    problem: null,
  }
}

/** The item after what the server said about it; null when there is nothing left to show. */
export function applyFrame(item: UploadItem, frame: UploadFrame): UploadItem | null {
  // Frames can be late: what is done stays done.
  if (item.state === 'done') return frame.state === 'DONE' ? { ...item, path: frame.path } : item
  const now = {
    ...item,
    id: frame.id,
    path: frame.path,
    offset: frame.offset,
    length: frame.length ?? frame.offset,
    bytesPerSecond: frame.bytesPerSecond,
  }
  switch (frame.state) {
    case 'DONE':
      return { ...now, offset: now.length, bytesPerSecond: 0, state: 'done', file: null, problem: null }
    case 'FAILED':
      return { ...now, bytesPerSecond: 0, state: 'failed', problem: { code: 'UPLOAD_FAILED', message: frame.problem ?? '' } }
    case 'CANCELLED':
      return null
    case 'VERIFYING':
      return { ...now, bytesPerSecond: 0, state: 'verifying' }
    case 'RECEIVING': {
      if (item.state === 'sending' || item.state === 'verifying') return { ...now, state: 'sending' }
      const foreign = item.state === 'interrupted' || item.state === 'elsewhere'
      // It moves and nobody here moves it.
      if (foreign && frame.offset > item.offset) return { ...now, state: 'elsewhere' }
      return { ...now, bytesPerSecond: 0 }
    }
  }
}

const order: Record<ItemState, number> = {
  asking: 0,
  failed: 1,
  sending: 2,
  verifying: 2,
  waiting: 3,
  paused: 4,
  interrupted: 5,
  elsewhere: 6,
  queued: 7,
  done: 8,
}

/** What needs a person first, then what moves, what waits, and what is over. */
export function byUrgency(items: readonly UploadItem[]): UploadItem[] {
  return items.toSorted((a, b) => order[a.state] - order[b.state])
}

export interface TrayTotals {
  /** Files still to come, among them the paused ones. */
  open: number
  sending: number
  done: number
  attention: number
  /** Part of all bytes of this round that are durable, 0 to 1. */
  part: number
  bytesPerSecond: number
  etaSeconds: number | null
}

const openStates: ReadonlySet<ItemState> = new Set(['queued', 'sending', 'verifying', 'paused', 'waiting', 'asking'])

export function isOpen(item: UploadItem): boolean {
  return openStates.has(item.state)
}

export function totalsOf(items: readonly UploadItem[]): TrayTotals {
  let open = 0
  let sending = 0
  let done = 0
  let attention = 0
  let bytes = 0
  let durable = 0
  let bytesPerSecond = 0
  for (const item of items) {
    if (item.state === 'failed' || item.state === 'interrupted' || item.state === 'asking') attention += 1
    if (item.state === 'sending' || item.state === 'verifying') sending += 1
    if (item.state === 'done') done += 1
    if (isOpen(item)) open += 1
    if (isOpen(item) || item.state === 'done') {
      bytes += item.length
      durable += item.offset
    }
    if (item.state === 'sending') bytesPerSecond += item.bytesPerSecond
  }
  const etaSeconds = bytesPerSecond > 0 ? (bytes - durable) / bytesPerSecond : null
  return { open, sending, done, attention, part: bytes > 0 ? durable / bytes : open > 0 ? 0 : 1, bytesPerSecond, etaSeconds }
}
