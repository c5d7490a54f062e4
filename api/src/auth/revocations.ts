import type { Bus } from '../platform/bus.ts'
import type { Clock } from '../platform/clock.ts'
import type { Database, DatabaseTransaction } from '../platform/db.ts'
import { createId } from '../platform/identifier.ts'
import type { Log } from '../platform/log.ts'
import { transactionScope } from '../platform/transaction-scope.ts'
import { sessionEnded } from './model.ts'

/** How often other processes' endings are looked for while connections are open, in milliseconds: they must close within a second. */
const pollEvery = 350
/**
 * How far back is looked: a transaction may stand long after its rows were dated, and the clock of another machine may be
 * behind. In milliseconds.
 */
const overlap = 5 * 60_000
/** How long rows are kept, in milliseconds. */
const kept = 3_600_000
/** The window moves on, and old rows go, when it has come so far, in milliseconds. */
const moveEvery = 60_000

export interface RevocationsDeps {
  readonly database: Database
  readonly bus: Bus
  readonly clock: Clock
  readonly log: Log
}

/**
 * Tells every process that a session or an API key has ended, so that what it has open closes. The rows are the outbox:
 * they stand or fall with the change that wrote them, and processes that hold connections read them a few times a second.
 */
export class Revocations {
  readonly #deps: RevocationsDeps
  /** Rows that were told here already, with their time. */
  #told = new Map<string, number>()
  #from = new Date(0)
  #rows = 0
  #wanted = 0
  #timer: NodeJS.Timeout | null = null
  #looking: Promise<void> | null = null
  #troubled = false
  #failure: unknown = null
  /** When it was looked last, or looking began; by the monotonic clock. */
  #lookedAt = 0
  #stopDemand: () => void = () => {}

  constructor(deps: RevocationsDeps) {
    this.#deps = deps
  }

  /** Before anything listens: what ended earlier concerns nobody here. */
  async start(): Promise<void> {
    const { bus } = this.#deps
    await this.#move()
    const rows = await this.#deps.database.revocation.findMany({ where: { at: { gte: this.#from } } })
    this.#told = new Map(rows.map(({ id, at }) => [id, at.getTime()]))
    this.#rows = rows.length
    this.#stopDemand = bus.onDemand(sessionEnded, {
      wanted: () => {
        this.#wanted += 1
        if (!this.#timer) this.#lookedAt = this.#deps.clock.monotonic()
        this.#timer ??= setInterval(() => void this.#look(), pollEvery).unref()
      },
      unwanted: () => {
        this.#wanted -= 1
        if (this.#wanted > 0 || !this.#timer) return
        clearInterval(this.#timer)
        this.#timer = null
      },
    })
  }

  async stop(): Promise<void> {
    this.#stopDemand()
    if (this.#timer) clearInterval(this.#timer)
    this.#timer = null
    await this.#looking
  }

  /** How looking goes, for the health of services. `age` in milliseconds, null while nobody is connected. */
  get looking() {
    return {
      age: this.#timer ? this.#deps.clock.monotonic() - this.#lookedAt : null,
      watched: this.#wanted,
      failure: this.#timer ? this.#failure : null,
    }
  }

  /**
   * Ends what these sessions or API keys have open, here and in other processes, once the transaction stands: whoever comes
   * back then meets the change. Give the transaction of the change itself.
   */
  async note(ids: readonly string[], transaction: DatabaseTransaction = this.#deps.database): Promise<void> {
    if (ids.length === 0) return
    const { bus, clock } = this.#deps
    const at = clock.now()
    const rows = ids.map((sessionId) => ({ id: createId(at.getTime()), at, sessionId }))
    // Noted before they can be read: the next look must not tell a second time what comes back meanwhile.
    for (const { id } of rows) this.#told.set(id, at.getTime())
    await transaction.revocation.createMany({ data: rows })
    const tell = () => {
      for (const sessionId of ids) bus.publish(sessionEnded, sessionId, { sessionId })
    }
    const scope = transactionScope(transaction)
    if (scope) scope.afterEnd((committed) => committed && tell())
    else tell()
  }

  #look(): Promise<void> {
    this.#looking ??= this.#readNew()
      .then(
        () => {
          this.#troubled = false
          this.#failure = null
          this.#lookedAt = this.#deps.clock.monotonic()
        },
        (err: unknown) => {
          if (!this.#troubled) this.#deps.log.warn({ err }, 'ended sessions cannot be looked for')
          this.#troubled = true
          this.#failure = err
        },
      )
      .finally(() => {
        this.#looking = null
      })
    return this.#looking
  }

  async #readNew(): Promise<void> {
    const { bus, clock, database } = this.#deps
    if (clock.now().getTime() - this.#from.getTime() > overlap + moveEvery) await this.#move()
    const where = { at: { gte: this.#from } }
    // Counting is what each look costs; rows of a fixed window only become more.
    if ((await database.revocation.count({ where })) === this.#rows) return
    const rows = await database.revocation.findMany({ where })
    this.#rows = rows.length
    for (const { id, at, sessionId } of rows) {
      if (this.#told.has(id)) continue
      this.#told.set(id, at.getTime())
      bus.publish(sessionEnded, sessionId, { sessionId })
    }
  }

  /** Moves the window on, and takes away what no process can still want to know. */
  async #move(): Promise<void> {
    const { clock, database } = this.#deps
    const now = clock.now().getTime()
    this.#from = new Date(now - overlap)
    this.#rows = -1
    for (const [id, at] of this.#told) if (at < now - kept) this.#told.delete(id)
    await database.revocation.deleteMany({ where: { at: { lt: new Date(now - kept) } } })
  }
}
