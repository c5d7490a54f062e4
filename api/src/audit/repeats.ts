import { isIPv6 } from 'node:net'
import { createId } from '../platform/identifier.ts'
import type { AuditDraft, AuditValues } from './model.ts'

/** Within this time the same refusal is counted, not written again; in milliseconds. */
const windowMilliseconds = 60_000
/** How much is written one by one within a window; what is more becomes one entry with a count. */
export interface RepeatBounds {
  /** Whom the bounds below count. */
  readonly holderOf: (draft: AuditDraft) => string
  /** Of the same kind. */
  readonly alike: number
  /** Of one holder, whatever the kind. */
  readonly perHolder: number
  /** Different kinds of all holders together. */
  readonly together: number
}

const unbounded = Number.POSITIVE_INFINITY
/** What strangers may write: whoever has one address of a network has many. */
export const ofStrangers: RepeatBounds = { holderOf: ({ address }) => networkOf(address), alike: 1, perHolder: 10, together: 30 }
/** What people may write of what they were refused, wherever and with whatever key: there are only so many of them. */
export const ofPeople: RepeatBounds = { holderOf: ({ actorId }) => actorId ?? '', alike: 3, perHolder: 20, together: unbounded }
/** What people may write of what they look at: only the same again is counted. */
export const ofReaders: RepeatBounds = { holderOf: () => '', alike: 1, perHolder: unbounded, together: unbounded }
/** Names of what the rest was tried on, at most, in the entry with the count. */
const namedTargets = 10

interface Counted {
  readonly draft: AuditDraft
  /** One by one. */
  readonly written: number
  count: number
  last: Date
  readonly targets: Set<string>
}

/**
 * Keeps anybody from filling the disk with refusals: the first of a kind are written at once, the same again within a
 * minute is counted and written as one entry at its end; so is what goes beyond so many kinds.
 */
export class Repeats {
  readonly #write: (draft: AuditDraft) => Promise<void>
  readonly #bounds: RepeatBounds
  #kinds = new Map<string, Counted>()
  #holders = new Map<string, number>()
  #timer: NodeJS.Timeout | undefined

  constructor(write: (draft: AuditDraft) => Promise<void>, bounds: RepeatBounds) {
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
    const { alike, holderOf, perHolder, together } = this.#bounds
    const holder = holderOf(draft)
    const ofHolder = this.#holders.get(holder) ?? 0
    const known = this.#kinds.get(kind)
    if (known && (known.written >= alike || ofHolder >= perHolder)) return count(known, draft)
    if (!known && this.#kinds.size >= together)
      return this.#count(JSON.stringify([draft.action, draft.result]), { ...draft, address: null, target: null }, draft)
    if (ofHolder >= perHolder) return this.#count(JSON.stringify([draft.action, draft.result, holder]), { ...draft, target: null }, draft)
    this.#holders.set(holder, ofHolder + 1)
    this.#kinds.set(kind, { draft, written: (known?.written ?? 0) + 1, count: 0, last: draft.at, targets: new Set() })
    await this.#write(draft)
  }

  /** Writes down what was counted. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const kinds = [...this.#kinds.values()].filter(({ count }) => count > 0)
    this.#kinds = new Map()
    this.#holders = new Map()
    await Promise.all(kinds.map((kind) => this.#write(summaryOf(kind)).catch(() => {})))
  }

  #count(kind: string, common: AuditDraft, draft: AuditDraft): void {
    const known = this.#kinds.get(kind) ?? { draft: common, written: 0, count: 0, last: draft.at, targets: new Set<string>() }
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
