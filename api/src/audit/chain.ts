import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import type { Log } from '../platform/log.ts'
import type { Head, HeadFile } from './head-file.ts'
import type { AuditDraft, AuditEntry } from './model.ts'
import { createState, insertEntries, lockState, replaceState } from './rows.ts'
import type { Seals } from './seals.ts'

/** The one row about the chain: where it ends, and where it begins since older entries were removed. */
export interface ChainState {
  readonly headSequence: number
  readonly headHash: string
  readonly prunedSequence: number
  readonly prunedHash: string
  readonly seal: string
}

export interface AuditChainDeps {
  readonly database: Database
  readonly clock: Clock
  readonly seals: Seals
  readonly headFile: HeadFile | null
  readonly log: Log
}

/** How long the first start after an update may take to chain what was written before there was a chain. */
const adoptionMilliseconds = 30 * 60_000
const adoptedAtOnce = 1_000
/** Instead of a seal, for a moment: there were entries or memories of a chain, and no row about it. */
const unfounded = 'missing'
/** Instead of a seal, with the reason: stays until an administrator has looked at it (`npm run audit:verify -- --accept`). */
const brokenPrefix = 'broken:'

export function brokenReason(state: Pick<ChainState, 'seal'>): string | null {
  return state.seal.startsWith(brokenPrefix) ? state.seal.slice(brokenPrefix.length) : null
}

export function sealedText(state: Omit<ChainState, 'seal'>): string {
  return JSON.stringify(['chain', state.headSequence, state.headHash, state.prunedSequence, state.prunedHash])
}

/** Appends to the chain, one transaction after the other however many processes there are. */
export class AuditChain {
  readonly #deps: AuditChainDeps
  /** The furthest end that this process knows of: the chain never gets shorter by itself. */
  #seen: Head | null = null
  /** A reason that the data folder remembers, until the database says it too. */
  #remembered: string | null = null
  /** What the database said about it last. */
  #broken: string | null = null
  /** The row as this process wrote it last: while nobody else wrote it, reading it again is saved. */
  #last: ChainState | null = null
  readonly #written = new WeakMap<readonly Head[], ChainState>()

  constructor(deps: AuditChainDeps) {
    this.#deps = deps
  }

  /** Before anything is recorded: chains what was written before there was a chain, and looks whether the end is where it was. */
  async prepare(): Promise<void> {
    const known = (await this.#deps.headFile?.read()) ?? null
    this.#remembered = known?.broken ?? null
    this.#seen = known && known.sequence > 0 ? known : null
    await this.#deps.database.$transaction(
      async (transaction) => {
        const state = await this.#lock(transaction)
        const reason = this.#faultOf(state) ?? (await this.#faultOfRows(transaction, state))
        // Not sealed anew unless there is a reason to: a start changes nothing.
        if (reason && !brokenReason(state)) await this.#breakChain(transaction, state, reason)
        else if (state.headSequence > 0) {
          this.#broken = brokenReason(state)
          this.stands([{ sequence: state.headSequence, hash: state.headHash }])
        }
      },
      { timeout: adoptionMilliseconds, maxWait: 60_000 },
    )
  }

  /** Must run in a transaction, as late in it as can be: it holds back all others. */
  async append(transaction: DatabaseTransaction, drafts: readonly AuditDraft[]): Promise<AuditEntry[]> {
    if (this.#last) {
      const { entries, state } = this.#link(this.#last, drafts)
      if (await replaceState(transaction, this.#last, state)) {
        await insertEntries(transaction, entries)
        this.#written.set(entries, state)
        return entries
      }
    }
    const state = await this.#lock(transaction)
    const broken = brokenReason(state)
    const fault = broken ? null : this.#faultOf(state)
    return fault ? this.#breakChain(transaction, state, fault, drafts) : this.#write(transaction, state, drafts, broken)
  }

  /** After a row stood in the way where the next one belongs: goes on behind what somebody put there. */
  async goAround(): Promise<void> {
    await this.#deps.database.$transaction(async (transaction) => {
      const state = await this.#lock(transaction)
      const fault = await this.#faultOfRows(transaction, state)
      if (fault) await this.#breakChain(transaction, state, fault)
    })
  }

  /** Once it is committed. */
  stands(entries: readonly Head[]): void {
    const last = entries.at(-1)
    const state = this.#written.get(entries)
    if (state && state.headSequence >= (this.#last?.headSequence ?? 0)) this.#last = state
    if (!last || (this.#seen && last.sequence <= this.#seen.sequence)) return
    this.#seen = { sequence: last.sequence, hash: last.hash }
    this.#deps.headFile?.remember({ ...this.#seen, broken: this.#broken })
  }

  /** Believes the present end, whatever was found: the first entry after it says so. */
  async accept(draft: AuditDraft): Promise<void> {
    const entries = await this.#deps.database.$transaction(async (transaction) => {
      const state = await this.#lock(transaction)
      const [first, last] = [await edge(transaction, 'asc'), await edge(transaction, 'desc')]
      const head = last ?? { sequence: state.headSequence, hash: state.headHash }
      // Without its seal the beginning is not known either: then it is where the entries begin, the first taken on trust.
      const known = this.#deps.seals.isSealed(sealedText(state), state.seal)
      const begin =
        known && last
          ? { sequence: state.prunedSequence, hash: state.prunedHash }
          : { sequence: (first?.sequence ?? head.sequence + 1) - 1, hash: '' }
      const accepted = { headSequence: head.sequence, headHash: head.hash, prunedSequence: begin.sequence, prunedHash: begin.hash }
      return this.#write(transaction, { ...accepted, seal: '' }, [draft], null)
    })
    this.#seen = null
    this.stands(entries)
  }

  /** Moves the beginning: everything up to this entry has been removed. */
  async moveBeginning(transaction: DatabaseTransaction, choose: (state: ChainState) => Promise<Head | null>): Promise<void> {
    const state = await this.#lock(transaction)
    const fault = brokenReason(state) ? null : this.#faultOf(state)
    if (fault) {
      await this.#breakChain(transaction, state, fault)
      return
    }
    const pruned = await choose(state)
    if (pruned) await this.#save(transaction, { ...state, prunedSequence: pruned.sequence, prunedHash: pruned.hash }, brokenReason(state))
  }

  /** Locks the row until the transaction ends: on PostgreSQL by the update itself, SQLite has one writer at a time anyway. */
  async #lock(transaction: DatabaseTransaction): Promise<ChainState> {
    return (await lockState(transaction)) ?? this.#create(transaction)
  }

  async #create(transaction: DatabaseTransaction): Promise<ChainState> {
    const { seals } = this.#deps
    const inserted = await createState(transaction)
    // Another process was faster: it has done the rest.
    if (!inserted) return this.#lock(transaction)
    const hashed = await transaction.auditEntry.findFirst({ where: { NOT: { hash: '' } }, select: { sequence: true } })
    const [first, last] = await Promise.all([edge(transaction, 'asc'), edge(transaction, 'desc')])
    const isNew = !hashed && !this.#seen && !this.#remembered
    const head = isNew ? await this.#adopt(transaction) : (last ?? this.#seen ?? { sequence: 0, hash: '' })
    const pruned = isNew ? { sequence: 0, hash: '' } : first ? { sequence: first.sequence - 1, hash: '' } : head
    const state = { headSequence: head.sequence, headHash: head.hash, prunedSequence: pruned.sequence, prunedHash: pruned.hash }
    const sealed = { ...state, seal: isNew ? seals.seal(sealedText(state)) : unfounded }
    await this.#save(transaction, sealed, null)
    return sealed
  }

  /** Gives the entries from before the chain their hashes, oldest first. */
  async #adopt(transaction: DatabaseTransaction): Promise<Head> {
    let head: Head = { sequence: 0, hash: '' }
    for (;;) {
      const rows = await transaction.auditEntry.findMany({
        where: { sequence: { gt: head.sequence } },
        orderBy: { sequence: 'asc' },
        take: adoptedAtOnce,
      })
      for (const row of rows) {
        const hash = this.#deps.seals.hash(row.sequence, row, head.hash)
        await transaction.auditEntry.updateMany({ where: { sequence: row.sequence }, data: { hash } })
        head = { sequence: row.sequence, hash }
      }
      if (rows.length < adoptedAtOnce) return head
    }
  }

  /** What is wrong with the row about the chain, as far as that can be told from it alone. */
  #faultOf(state: ChainState): string | null {
    if (this.#remembered) return this.#remembered
    if (state.seal === unfounded) return 'CHAIN_MISSING'
    if (!this.#deps.seals.isSealed(sealedText(state), state.seal)) return 'SEAL'
    if (this.#seen && state.headSequence < this.#seen.sequence) return 'ROLLED_BACK'
    return this.#seen && state.headSequence === this.#seen.sequence && state.headHash !== this.#seen.hash ? 'REPLACED' : null
  }

  /** What the entries at the end say against it. */
  async #faultOfRows(transaction: DatabaseTransaction, state: ChainState): Promise<string | null> {
    const last = await edge(transaction, 'desc')
    if (last && last.sequence > state.headSequence) return 'BEYOND_HEAD'
    if (!this.#seen || this.#seen.sequence <= state.prunedSequence) return null
    const row = await transaction.auditEntry.findUnique({ where: { sequence: this.#seen.sequence }, select: { hash: true } })
    return row && row.hash !== this.#seen.hash ? 'REPLACED' : null
  }

  /** The log goes on behind whatever is there, says so in an entry, and is never sealed again by itself. */
  async #breakChain(
    transaction: DatabaseTransaction,
    state: ChainState,
    reason: string,
    drafts: readonly AuditDraft[] = [],
  ): Promise<AuditEntry[]> {
    const last = await edge(transaction, 'desc')
    const head = last && last.sequence > state.headSequence ? last : { sequence: state.headSequence, hash: state.headHash }
    const details = { expected: this.#seen?.sequence ?? null, found: state.headSequence, lastEntry: last?.sequence ?? null }
    this.#deps.log.error(
      { reason, ...details },
      'the audit log has been tampered with, or an older copy of the database was put in its place',
    )
    const found: AuditDraft = { ...systemDraft(this.#deps.clock.now()), action: 'audit.damage', target: null, result: reason, details }
    this.#seen = null
    const moved = { ...state, headSequence: head.sequence, headHash: head.hash }
    const entries = await this.#write(transaction, moved, [found, ...drafts], reason)
    this.stands(entries)
    return entries
  }

  async #write(
    transaction: DatabaseTransaction,
    before: ChainState,
    drafts: readonly AuditDraft[],
    broken: string | null,
  ): Promise<AuditEntry[]> {
    const { entries, state } = this.#link(before, drafts)
    const saved = await this.#save(transaction, state, broken)
    await insertEntries(transaction, entries)
    this.#remembered = null
    this.#broken = broken
    if (!broken) this.#written.set(entries, saved)
    return entries
  }

  /** The entries in their places, and the row once they stand. */
  #link(before: ChainState, drafts: readonly AuditDraft[]): { entries: AuditEntry[]; state: ChainState } {
    const { seals } = this.#deps
    let head: Head = { sequence: before.headSequence, hash: before.headHash }
    const entries = drafts.map((draft): AuditEntry => {
      const sequence = head.sequence + 1
      head = { sequence, hash: seals.hash(sequence, draft, head.hash) }
      return { ...draft, sequence, hash: head.hash }
    })
    const state = { ...before, headSequence: head.sequence, headHash: head.hash }
    return { entries, state: { ...state, seal: seals.seal(sealedText(state)) } }
  }

  async #save(transaction: DatabaseTransaction, { seal, ...state }: ChainState, broken: string | null): Promise<ChainState> {
    const fresh = broken ? `${brokenPrefix}${broken}` : seal === unfounded ? seal : this.#deps.seals.seal(sealedText(state))
    await transaction.auditChain.updateMany({ where: { id: 1 }, data: { ...state, seal: fresh } })
    return { ...state, seal: fresh }
  }
}

/** What the server itself writes. */
export function systemDraft(at: Date): AuditDraft {
  const nobody = { actorId: null, actorName: 'system', keyId: null, address: null, client: null, requestId: null }
  return { ...nobody, id: createId(at.getTime()), at, action: '', target: null, result: 'ok', before: null, after: null, details: null }
}

function edge(transaction: DatabaseTransaction, order: 'asc' | 'desc'): Promise<Head | null> {
  return transaction.auditEntry.findFirst({ orderBy: { sequence: order }, select: { sequence: true, hash: true } })
}
