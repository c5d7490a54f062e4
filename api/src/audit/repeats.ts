import { isIPv6 } from 'node:net'
import { createId } from '../platform/identifier.ts'
import type { AuditDraft, AuditValues } from './model.ts'

/** Within this time the same refusal is counted, not written again; in milliseconds. */
const windowMilliseconds = 60_000
export interface RepeatBounds {
  /** Different kinds of one address within a window that are written one by one; what is more becomes one entry with a count. */
  readonly perAddress: number
  /** The same for all addresses together. */
  readonly together: number
}

/** What strangers may write. */
const ofStrangers: RepeatBounds = { perAddress: 10, together: 30 }
/** Names of what the rest was tried on, at most, in the entry with the count. */
const namedTargets = 10

interface Counted {
  readonly draft: AuditDraft
  count: number
  last: Date
  readonly targets: Set<string>
}

/**
 * Keeps a stranger from filling the disk with refusals: the first of a kind is written at once, the same again within a
 * minute is counted and written as one entry at its end; so is what goes beyond so many kinds.
 */
export class Repeats {
  readonly #write: (draft: AuditDraft) => Promise<void>
  readonly #bounds: RepeatBounds
  #kinds = new Map<string, Counted>()
  #addresses = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(write: (draft: AuditDraft) => Promise<void>, bounds: RepeatBounds = ofStrangers) {
    this.#write = write
    this.#bounds = bounds
  }

  async add(draft: AuditDraft): Promise<void> {
    this.#timer ??= setTimeout(() => void this.flush(), windowMilliseconds).unref()
    const kind = JSON.stringify([
      draft.action,
      draft.result,
      networkOf(draft.address),
      draft.actorId,
      draft.keyId,
      draft.target?.toLowerCase(),
    ])
    const { perAddress, together } = this.#bounds
    const known = this.#kinds.get(kind)
    if (known) return count(known, draft)
    const network = networkOf(draft.address)
    const ofAddress = this.#addresses.get(network) ?? 0
    if (this.#kinds.size >= together)
      return this.#count(JSON.stringify([draft.action, draft.result]), { ...draft, address: null, target: null }, draft)
    if (ofAddress >= perAddress)
      return this.#count(JSON.stringify([draft.action, draft.result, network]), { ...draft, target: null }, draft)
    this.#addresses.set(network, ofAddress + 1)
    this.#kinds.set(kind, { draft, count: 0, last: draft.at, targets: new Set() })
    await this.#write(draft)
  }

  /** Writes down what was counted. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const kinds = [...this.#kinds.values()].filter(({ count }) => count > 0)
    this.#kinds = new Map()
    this.#addresses = new Map()
    await Promise.all(kinds.map((kind) => this.#write(summaryOf(kind)).catch(() => {})))
  }

  #count(kind: string, common: AuditDraft, draft: AuditDraft): void {
    const known = this.#kinds.get(kind) ?? { draft: common, count: 0, last: draft.at, targets: new Set<string>() }
    this.#kinds.set(kind, known)
    count(known, draft)
  }
}

function count(known: Counted, draft: AuditDraft): void {
  known.count += 1
  known.last = draft.at
  if (draft.target && known.targets.size < namedTargets) known.targets.add(draft.target.slice(0, 64))
}

/** At the time of the last of them; `details` says how many there were. */
function summaryOf({ count: times, draft, last, targets }: Counted): AuditDraft {
  const details: AuditValues = {
    times,
    since: draft.at.toISOString(),
    ...(draft.target === null && targets.size > 0 ? { targets: [...targets] } : {}),
  }
  return {
    ...draft,
    id: createId(last.getTime()),
    at: last,
    before: null,
    after: null,
    details: { ...(draft.details as AuditValues | null), ...details },
  }
}

/** Whoever has IPv6 has a whole /64 of addresses. */
function networkOf(address: string | null): string {
  if (!address || !isIPv6(address)) return address ?? ''
  const [head = '', tail = ''] = address.split('::')
  const given = [...head.split(':'), ...(tail ? tail.split(':') : [])].length
  const groups = address.includes('::')
    ? [...head.split(':'), ...Array(Math.max(0, 8 - given)).fill('0'), ...tail.split(':')]
    : head.split(':')
  return groups
    .slice(0, 4)
    .map((group) => group || '0')
    .join(':')
}
