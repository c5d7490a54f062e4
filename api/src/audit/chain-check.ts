import type { AuditEntry } from './model.ts'
import { keyIdOf, type Seals } from './seals.ts'

/**
 * What is wrong:
 * - EDITED: an entry is not what it was when it was written, or was never written by the server.
 * - REMOVED: entries are missing between others. TRUNCATED: entries are missing at the end.
 * - REORDERED: a genuine entry stands in another one's place.
 * - FORGED: an entry stands before the beginning or behind the end.
 * - ROLLED_BACK: the data folder remembers a further end: an older copy of the database was put in place.
 * - REPLACED: the data folder remembers another entry at this place.
 * - SEAL: the record of beginning and end was changed.
 * - KEY_MISSING: the master key that this was hashed with is not here any more.
 */
export const faultKinds = [
  'EDITED',
  'REMOVED',
  'TRUNCATED',
  'REORDERED',
  'FORGED',
  'ROLLED_BACK',
  'REPLACED',
  'SEAL',
  'KEY_MISSING',
] as const
export type AuditFaultKind = (typeof faultKinds)[number]

export interface AuditFault {
  readonly kind: AuditFaultKind
  /** The first entry concerned. */
  readonly sequence: number
  /** The last entry concerned, the same for one alone. */
  readonly until: number
}

interface Suspect {
  readonly row: AuditEntry
  /** What the hash of the entry before it may be. */
  readonly previous: readonly string[]
}

/** More faults than this are not looked at one by one: the log is a ruin, and memory stays bounded. */
const examined = 100

/** Follows the chain from entry to entry. */
export class ChainCheck {
  readonly #seals: Seals
  readonly #faults: AuditFault[] = []
  readonly #suspects = new Map<number, Suspect>()
  #at: number
  #previous: readonly string[] | null
  #checked = 0

  /** `start` is the entry before the first. Null for its hash where nobody knows it: the first entry is taken on trust. */
  constructor(seals: Seals, start: { readonly sequence: number; readonly hash: string | null }) {
    this.#seals = seals
    this.#at = start.sequence
    this.#previous = start.hash === null ? null : [start.hash]
  }

  get at(): number {
    return this.#at
  }

  get checked(): number {
    return this.#checked
  }

  add(row: AuditEntry): void {
    this.#checked += 1
    if (row.sequence !== this.#at + 1) {
      this.#note({ kind: 'REMOVED', sequence: this.#at + 1, until: row.sequence - 1 })
      this.#previous = null
    }
    this.#at = row.sequence
    const before = this.#previous
    this.#previous = [row.hash]
    // After a gap there is nothing to hold the first entry against.
    if (before === null) return
    const keyId = keyIdOf(row.hash)
    if (!this.#seals.hasKey(keyId)) {
      const kind = /^[a-z0-9]{1,16}:[0-9a-f]{64}$/.test(row.hash) ? 'KEY_MISSING' : 'EDITED'
      this.#note({ kind, sequence: row.sequence, until: row.sequence })
      return
    }
    const computed = before.map((previous) => this.#seals.hash(row.sequence, row, previous, keyId))
    if (computed.includes(row.hash)) return
    this.#note({ kind: 'EDITED', sequence: row.sequence, until: row.sequence })
    // Either the entry was changed or its hash: the next one tells.
    this.#previous = [row.hash, ...computed.slice(0, 1)]
    if (this.#suspects.size < examined) this.#suspects.set(row.sequence, { row, previous: before })
  }

  /** By their place. Neighbours of the same kind are one. */
  faults(): AuditFault[] {
    this.#resolve()
    return this.#faults
  }

  #note(fault: AuditFault): void {
    const last = this.#faults.at(-1)
    // One by one while they may turn out to be something else.
    const joins = last && last.kind === fault.kind && last.until + 1 === fault.sequence
    if (joins && (fault.kind === 'KEY_MISSING' || this.#suspects.size >= examined)) {
      this.#faults[this.#faults.length - 1] = { ...last, until: fault.until }
    } else if (this.#faults.length < 2 * examined) this.#faults.push(fault)
  }

  /** Looks whether entries have only changed their places, and acquits those that only stand behind such a one. */
  #resolve(): void {
    if (this.#suspects.size >= examined) return
    const trueHashes = new Map<number, string>()
    for (const [place, { row, previous }] of this.#suspects) {
      const known = trueHashes.get(place - 1)
      const candidates = known === undefined ? previous : [known]
      const found = this.#whoBelongs(place, row, candidates)
      if (!found) continue
      trueHashes.set(place, found.hash)
      const index = this.#faults.findIndex(({ kind, sequence }) => kind === 'EDITED' && sequence === place)
      if (found.row === row) this.#faults.splice(index, 1)
      else this.#faults[index] = { kind: 'REORDERED', sequence: place, until: place }
    }
  }

  #whoBelongs(place: number, stands: AuditEntry, previous: readonly string[]): { row: AuditEntry; hash: string } | null {
    for (const { row } of this.#suspects.values()) {
      for (const hash of [row.hash, stands.hash]) {
        const keyId = keyIdOf(hash)
        if (!this.#seals.hasKey(keyId)) continue
        if (previous.some((before) => this.#seals.hash(place, row, before, keyId) === hash)) return { row, hash }
      }
    }
    return null
  }
}
