import { z } from 'zod'
import type { Actor } from '../auth/model.ts'
import type { Bus, Reader } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseProvider, DatabaseTransaction } from '../platform/db.ts'
import { Forbidden, Problem } from '../platform/errors.ts'
import { createId } from '../platform/identifier.ts'
import type { Log } from '../platform/log.ts'
import type { Secrets } from '../platform/secrets.ts'
import { storable, storableValues } from './canonical.ts'
import { AuditChain, brokenReason } from './chain.ts'
import { type AuditFault, faultKinds } from './chain-check.ts'
import { csvHead, csvLine, type ExportFormat, jsonLine } from './export.ts'
import { requireFilter } from './filter.ts'
import { HeadFile } from './head-file.ts'
import {
  type AuditActor,
  type AuditDraft,
  type AuditEntry,
  type AuditFilter,
  type AuditRecord,
  type AuditValues,
  auditEntryAdded,
  matches,
} from './model.ts'
import { requireReadAudit, requireReadOwnActivity } from './policy.ts'
import { type AuditPage, readPage } from './reading.ts'
import { noteRefusal } from './refusal-scope.ts'
import { ofPeople, ofReaders, ofStrangers, Repeats } from './repeats.ts'
import { readEntries } from './rows.ts'
import { Seals } from './seals.ts'
import { newestThenMatching } from './tail.ts'
import { Upkeep, type UpkeepResult, type Watch } from './upkeep.ts'
import { type AuditVerification, verifyChain } from './verify.ts'
import { AuditWriter } from './writer.ts'

export interface AuditServiceDeps {
  readonly database: Database
  readonly provider: DatabaseProvider
  readonly bus: Bus
  readonly clock: Clock
  readonly secrets: Secrets
  readonly log: Log
  /** Where the end of the chain is remembered outside the database; null for nowhere, as in tests of other things. */
  readonly headFile: string | null
}

/** What the last check of the chain found. */
export interface AuditCheck {
  readonly at: Date
  readonly checked: number
  readonly faultCount: number
  /** By their place, the first fifty. */
  readonly faults: readonly AuditFault[]
  /** Why the record of the chain's ends was not trusted; null when it was. */
  readonly reason: string | null
}

export interface AuditState {
  readonly entryCount: number
  /** The oldest entry that is kept. */
  readonly firstSequence: number
  readonly lastSequence: number
  /** Null while it was never looked at. */
  readonly lastCheck: AuditCheck | null
}

/** What an entry about a check says; each fault as `EDITED 7-9`. */
const checkDetails = z.object({
  checked: z.number(),
  faults: z.number().default(0),
  found: z
    .array(z.templateLiteral([z.enum(faultKinds), ' ', z.int(), '-', z.int()]))
    .default([])
    .transform((faults) => faults.map(faultOf)),
  reason: z.string().nullable().default(null),
})
const longestName = 128
const forbidden = new Forbidden().code
const exportedAtOnce = 500

/** Writes down who did what, append only, each entry holding the hash of the one before it; and shows it to administrators. */
export class AuditService {
  readonly #deps: AuditServiceDeps
  readonly #seals: Seals
  readonly #chain: AuditChain
  readonly #writer: AuditWriter
  readonly #strangers: Repeats
  readonly #people: Repeats
  readonly #reads: Repeats
  readonly #headFile: HeadFile | null
  readonly #upkeep: Upkeep
  readonly #stopping = new AbortController()

  constructor(deps: AuditServiceDeps) {
    this.#deps = deps
    const { database, bus, clock, secrets, log, headFile } = deps
    this.#seals = new Seals(secrets)
    this.#headFile = headFile === null ? null : new HeadFile(headFile, this.#seals, log)
    this.#chain = new AuditChain({ database, clock, seals: this.#seals, headFile: this.#headFile, log })
    this.#writer = new AuditWriter({ database, bus, chain: this.#chain })
    const write = (draft: AuditDraft) => this.#writer.write(draft)
    this.#strangers = new Repeats(write, ofStrangers)
    this.#people = new Repeats(write, ofPeople)
    this.#reads = new Repeats(write, ofReaders)
    this.#upkeep = new Upkeep({ database, clock, chain: this.#chain, seals: this.#seals, audit: this })
  }

  /** Before anything is recorded. Chains entries of older releases, and finds what was cut off while the server was away. */
  async start(): Promise<void> {
    await this.#chain.prepare()
  }

  /** What is done once a day: removes what is older than it is to be kept (0 for ever), and looks whether the chain is whole. */
  upkeep(retentionDays: number, watch: Watch = {}): Promise<UpkeepResult> {
    return this.#upkeep.run(retentionDays, watch)
  }

  /** After the last request: nothing that was recorded stays in memory alone. */
  async stop(): Promise<void> {
    this.#stopping.abort()
    await this.#strangers.flush()
    await this.#people.flush()
    await this.#reads.flush()
    await this.#writer.settled()
    await this.#headFile?.flush()
  }

  /**
   * Give the transaction of the change itself where there is one: then neither stands without the other. May be called
   * anywhere, also within a transaction that it is not given: the entry then stands even if that one fails. What somebody is
   * refused again and again is counted: one entry for many.
   */
  async record(actor: AuditActor, record: AuditRecord, transaction?: DatabaseTransaction): Promise<void> {
    const draft = draftOf(actor, record, this.#deps.clock.now())
    if (record.result === forbidden) noteRefusal()
    if (record.result === 'ok' || transaction || actor.kind === 'system') await this.#writer.write(draft, transaction)
    else await (actor.kind === 'user' ? this.#people : this.#strangers).add(draft)
  }

  /**
   * For what somebody looks at page by page: the first of a kind (who, with which key, from where, at what, with what result) is
   * written at once, the same again within a minute becomes one entry with a count.
   */
  async recordRead(actor: Actor, record: AuditRecord): Promise<void> {
    if (record.result === 'ok') await this.#reads.add(draftOf(actor, record, this.#deps.clock.now()))
    else await this.record(actor, record)
  }

  /** Entries newest first, before the one with the sequence `before`. Administrators only. Errors: INVALID_INPUT, FORBIDDEN. */
  async list(actor: Actor, filter: AuditFilter, page: { before: number | null; limit: number }): Promise<AuditPage> {
    requireReadAudit(actor)
    requireFilter(filter)
    return readPage(this.#deps, filter, page)
  }

  /** What concerns the sign-in of the person who asks, and attempts by others to sign in under their name. */
  async ownActivity(actor: Actor, page: { before: number | null; limit: number }): Promise<AuditPage> {
    requireReadOwnActivity(actor)
    const own = {
      OR: [
        { actorId: actor.userId },
        {
          action: { in: ['auth.signIn', 'auth.verifyTwoFactor', 'auth.signInWithPasskey'] },
          actorId: null,
          target: { in: [actor.username, actor.username.toLowerCase()] },
        },
      ],
    }
    return readPage(this.#deps, { actions: ['auth.', 'keys.'] }, { ...page, own })
  }

  /** The newest entry that matches, null when there is none; then each one that is added. Administrators only. */
  async watch(actor: Actor, filter: AuditFilter): Promise<Reader<AuditEntry | null>> {
    requireReadAudit(actor)
    requireFilter(filter)
    const newest = async () => (await readPage(this.#deps, filter, { before: null, limit: 1 })).entries[0] ?? null
    return newestThenMatching(newest, this.#deps.bus.watch(auditEntryAdded, 'all'), (entry) => matches(filter, entry))
  }

  /** How much there is, and what the last check found. Administrators only. */
  async state(actor: Actor): Promise<AuditState> {
    requireReadAudit(actor)
    const { database } = this.#deps
    const chain = await database.auditChain.findUnique({ where: { id: 1 } })
    const [first, last] = [(chain?.prunedSequence ?? 0) + 1, chain?.headSequence ?? 0]
    return { entryCount: last - first + 1, firstSequence: first, lastSequence: last, lastCheck: await this.lastCheck() }
  }

  /** How writing goes, for the health of services. */
  get writing() {
    return this.#writer.writing
  }

  /** Why the record of the chain's ends is not trusted any more; null while it is. */
  async brokenReason(): Promise<string | null> {
    const chain = await this.#deps.database.auditChain.findUnique({ where: { id: 1 } })
    return chain ? brokenReason(chain) : null
  }

  /** What the newest entry about a check says. */
  async lastCheck(): Promise<AuditCheck | null> {
    const row = await this.#deps.database.auditEntry.findFirst({ where: { action: 'audit.verify' }, orderBy: { sequence: 'desc' } })
    const details = row ? checkDetails.safeParse(row.details).data : null
    if (!row || !details) return null
    return { at: row.at, checked: details.checked, faultCount: details.faults, faults: details.found, reason: details.reason }
  }

  /** Looks at every entry, and writes down what it found. Administrators only. A job does it, and its lock keeps others from doing the same meanwhile. */
  async verify(actor: Actor, watch: Watch = {}): Promise<AuditVerification> {
    return this.#audited(actor, 'audit.verify', async () => {
      requireReadAudit(actor)
      return this.#verify(actor, watch)
    })
  }

  /** What `verify` looks at, without writing anything: for the command on the machine. */
  async look({ signal, onProgress }: Watch = {}): Promise<AuditVerification> {
    const remembered = async () => (await this.#headFile?.read()) ?? null
    const either = signal ? AbortSignal.any([signal, this.#stopping.signal]) : this.#stopping.signal
    return verifyChain({ database: this.#deps.database, seals: this.#seals, remembered, signal: either, onProgress })
  }

  /** Lets the chain go on from where it ends now, and says so in an entry: for whoever has a shell on the machine. */
  async accept({ faults, reason }: AuditVerification): Promise<void> {
    const [first] = faults
    const details = { reason, faults: faults.length, ...(first ? { kind: first.kind, sequence: first.sequence } : {}) }
    const draft = draftOf(
      { kind: 'system', reason: 'shell' },
      { action: 'audit.accept', target: null, result: 'ok', details },
      this.#deps.clock.now(),
    )
    await this.#chain.accept(draft)
  }

  async #verify(actor: Actor, watch: Watch): Promise<AuditVerification> {
    const { log } = this.#deps
    const found = await this.look(watch)
    const [first] = found.faults
    if (first) log.error({ ...first, faults: found.faults.length }, 'the audit log is not as it was written')
    await this.record(actor, {
      action: 'audit.verify',
      target: null,
      result: first ? 'AUDIT_DAMAGED' : 'ok',
      details: {
        checked: found.checked,
        faults: found.faults.length,
        ...(first ? { found: found.faults.map(({ kind, sequence, until }) => `${kind} ${sequence}-${until}`) } : {}),
        ...(found.reason === null ? {} : { reason: found.reason }),
      },
    })
    return found
  }

  /** Lines of a file with all that match, oldest first. Administrators only; that it was done is the last entry in it. */
  async export(actor: Actor, filter: AuditFilter, format: ExportFormat): Promise<AsyncGenerator<string>> {
    return this.#audited(actor, 'audit.export', async () => {
      requireReadAudit(actor)
      requireFilter(filter)
      const details = storableValues({ format, ...filter }) as AuditValues
      await this.record(actor, { action: 'audit.export', target: null, result: 'ok', details })
      return this.#lines(filter, format)
    })
  }

  async *#lines(filter: AuditFilter, format: ExportFormat): AsyncGenerator<string> {
    const { database } = this.#deps
    const chain = await database.auditChain.findUnique({ where: { id: 1 } })
    const end = chain?.headSequence ?? 0
    let at = chain?.prunedSequence ?? 0
    if (format === 'csv') yield csvHead
    while (at < end) {
      const rows = await readEntries(database, at, end, exportedAtOnce)
      const lines = rows.filter((row) => matches(filter, row)).map((row) => (format === 'csv' ? csvLine(row) : jsonLine(row)))
      if (lines.length > 0) yield lines.join('')
      at = rows.at(-1)?.sequence ?? end
      await new Promise(setImmediate)
    }
  }

  async #audited<T>(actor: Actor, action: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (error instanceof Problem) await this.record(actor, { action, target: null, result: error.code })
      throw error
    }
  }
}

function faultOf(text: string): AuditFault {
  const [kind = '', sequence, until] = text.split(/[ -]/)
  return { kind: kind as AuditFault['kind'], sequence: Number(sequence), until: Number(until) }
}

function draftOf(actor: AuditActor, record: AuditRecord, at: Date): AuditDraft {
  const text = (value: string | null, longest = longestName) => (value === null ? null : storable(value, longest))
  const from = actor.kind === 'system' ? null : actor
  return {
    id: createId(at.getTime()),
    at,
    actorId: actor.kind === 'user' ? actor.userId : null,
    actorName: actor.kind === 'user' ? storable(actor.username, longestName) : actor.kind,
    keyId: actor.kind === 'user' && actor.scopes ? actor.sessionId : null,
    address: text(from?.address ?? null),
    client: text(from?.client ?? null, 256),
    requestId: text(from?.requestId ?? null),
    action: storable(record.action, longestName),
    target: record.target === null ? null : storable(record.target),
    result: storable(record.result, longestName),
    before: storableValues(record.before),
    after: storableValues(record.after),
    details: storableValues(record.details),
  }
}
