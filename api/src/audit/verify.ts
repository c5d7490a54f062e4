import { setImmediate } from 'node:timers/promises'
import type { Database } from '../platform/db.ts'
import { Unavailable } from '../platform/errors.ts'
import { brokenReason, type ChainState, sealedText } from './chain.ts'
import { type AuditFault, ChainCheck } from './chain-check.ts'
import type { RememberedHead } from './head-file.ts'
import { readEntries } from './rows.ts'
import type { Seals } from './seals.ts'

export interface AuditVerification {
  /** How many entries were looked at. */
  readonly checked: number
  /** The first and the last entry that the log should have; `from` is one more than `to` while it is empty. */
  readonly from: number
  readonly to: number
  /** By their place, the first ones; none when all is as it was written. */
  readonly faults: readonly AuditFault[]
  /** Why the record of the chain's ends is not trusted, in one word; null while it is. */
  readonly reason: string | null
}

export interface VerifyDeps {
  readonly database: Database
  readonly seals: Seals
  /** What the data folder remembers; read before the database is. */
  readonly remembered: () => Promise<RememberedHead | null>
  /** Gives up when told to. */
  readonly signal?: AbortSignal
  /** Told now and then how many were looked at, and how many there are. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined
}

/** Entries held in memory at once. */
const batch = 1_000
/** The column holds no more. */
const highest = 2_147_483_647
/** As many faults are told. */
const told = 50
/** Retention may remove what is being looked at: then again from the new beginning. */
const attempts = 5

/** Looks at every entry, while others may be written. Memory does not grow with their number. */
export async function verifyChain(deps: VerifyDeps): Promise<AuditVerification> {
  for (let attempt = 1; ; attempt++) {
    const found = await verifyOnce(deps)
    if (found || attempt === attempts) return found ?? { checked: 0, from: 1, to: 0, faults: [], reason: null }
  }
}

/** Null when the beginning moved on meanwhile. */
async function verifyOnce({ database, seals, remembered, signal, onProgress }: VerifyDeps): Promise<AuditVerification | null> {
  const head = await remembered()
  const begin = await readState(database)
  const beginning = begin?.prunedSequence ?? 0
  // Without its record nobody knows what was before the first entry.
  const check = new ChainCheck(seals, {
    sequence: beginning,
    hash: beginning > 0 && begin?.prunedHash === '' ? null : (begin?.prunedHash ?? ''),
  })
  const faults: AuditFault[] = []
  const before = await database.auditEntry.aggregate({
    where: { sequence: { lte: beginning } },
    _min: { sequence: true },
    _max: { sequence: true },
  })
  if (before._min.sequence !== null && before._max.sequence !== null)
    faults.push({ kind: 'FORGED', sequence: before._min.sequence, until: before._max.sequence })

  let atRemembered: string | null = null
  let last = { sequence: beginning, hash: begin?.prunedHash ?? '' }
  let end: ChainState | null
  for (;;) {
    // The record first: what is written between the two reads is behind the end, and read in the next turn.
    end = await readState(database)
    const limit = end?.headSequence ?? highest
    const rows = last.sequence < limit ? await readEntries(database, last.sequence, limit, batch) : []
    for (const row of rows) {
      check.add(row)
      last = row
      if (head && row.sequence === head.sequence) atRemembered = row.hash
    }
    onProgress?.(check.checked, Math.max(check.checked, Math.min(limit, highest - 1) - beginning))
    // The database answers without waiting: others would not get a turn until all is looked at.
    await setImmediate()
    if (signal?.aborted) throw new Unavailable('The server is stopping.')
    if (rows.length < batch && (last.sequence >= limit || rows.length === 0)) break
  }
  if (end && begin && end.prunedSequence !== begin.prunedSequence && check.faults().length > 0) return null
  faults.push(...check.faults())
  faults.push(...(await faultsAtEnd(database, seals, end, last)))
  faults.push(...faultsAgainst(head, end, last, atRemembered))
  const reason = (end && brokenReason(end)) ?? (end ? null : last.sequence > 0 ? 'CHAIN_MISSING' : null) ?? head?.broken ?? null
  if (reason && !faults.some(({ kind }) => kind === 'SEAL')) faults.push(at('SEAL', last.sequence))
  faults.sort((a, b) => a.sequence - b.sequence)
  return { checked: check.checked, from: beginning + 1, to: last.sequence, faults: faults.slice(0, told), reason }
}

async function faultsAtEnd(
  database: Database,
  seals: Seals,
  end: ChainState | null,
  last: { sequence: number; hash: string },
): Promise<AuditFault[]> {
  if (!end) return last.sequence > 0 ? [at('SEAL', last.sequence)] : []
  const faults: AuditFault[] = []
  if (last.sequence < end.headSequence) faults.push({ kind: 'TRUNCATED', sequence: last.sequence + 1, until: end.headSequence })
  else if (last.hash !== end.headHash && !brokenReason(end)) faults.push(at('REPLACED', last.sequence))
  const top = await database.auditEntry.findFirst({ orderBy: { sequence: 'desc' }, select: { sequence: true } })
  // Written after the record was read? Then the record has moved on as well.
  const now = top && top.sequence > end.headSequence ? await readState(database) : end
  if (top && now && top.sequence > now.headSequence) faults.push({ kind: 'FORGED', sequence: now.headSequence + 1, until: top.sequence })
  if (!brokenReason(end) && !seals.isSealed(sealedText(end), end.seal)) faults.push(at('SEAL', end.headSequence))
  return faults
}

function faultsAgainst(
  head: RememberedHead | null,
  end: ChainState | null,
  last: { sequence: number },
  atRemembered: string | null,
): AuditFault[] {
  if (!head || head.sequence === 0) return []
  const known = end?.headSequence ?? last.sequence
  if (head.sequence > known) return [{ kind: 'ROLLED_BACK', sequence: known + 1, until: head.sequence }]
  return atRemembered !== null && atRemembered !== head.hash ? [at('REPLACED', head.sequence)] : []
}

function at(kind: AuditFault['kind'], sequence: number): AuditFault {
  return { kind, sequence, until: sequence }
}

async function readState(database: Database): Promise<ChainState | null> {
  return database.auditChain.findUnique({ where: { id: 1 } })
}
