import type { Actor } from '../auth/model.ts'
import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import type { Jail } from './jail.ts'
import { removingId } from './model.ts'
import { reservedName } from './path.ts'
import { breathe, rowsPerStatement } from './rows.ts'
import { removeTree } from './tree-removal.ts'

const removingName = 'removing'

/** Background work that takes longer than this becomes a job, in milliseconds: then it can be watched. */
const unseenMs = 1_000

/** Who deleted what: the job that removes it is shown as theirs. */
export interface RemovalCause {
  readonly actor: Actor
  readonly path: string
}

/** For whoever waits for all of it. */
export interface RemovalWatch {
  readonly signal: AbortSignal
  /** Told of each entry that is gone from the disk: how many that were, and its name. */
  onRemoved(count: number, name: string): void
}

export interface RemovalsDeps {
  readonly database: Database
  readonly jail: Jail
  readonly log: Log
  /** Puts a job into the queue that calls `drain`, unless there is one; without it the background goes on to the end. */
  readonly handOver?: (cause: RemovalCause | null) => Promise<void>
  /** Told before the rows of these entries go: what else belongs to them goes as well. */
  readonly beforeRows?: (ids: readonly number[]) => Promise<void>
}

interface Pass {
  isStopped(): boolean
  onRemoved(name: string): void
}

/**
 * Finishes deletions: what was deleted has left the tree already, here go its bytes and its rows. It begins in the background;
 * what takes longer is handed over to a job. What a stop interrupted goes on at the next start.
 */
export class Removals {
  readonly #deps: RemovalsDeps
  #running: Promise<void> | null = null
  #again = false
  #stopped = false
  /** Of the newest deletion since the background last had nothing to do. */
  #cause: RemovalCause | null = null

  constructor(deps: RemovalsDeps) {
    this.#deps = deps
  }

  /** The folder where entries go that are being deleted; on the storage's own file system. */
  static readonly path: readonly string[] = [reservedName, removingName]

  /** Starts the work, or has it look again when it is running. */
  wake(cause: RemovalCause | null = null): void {
    if (this.#stopped) return
    this.#cause = cause ?? this.#cause
    this.#again = true
    if (!this.#running) void this.#begin(() => this.#inBackground())
  }

  /** Until the background has nothing left to do, or has handed it over. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.settled()
  }

  /** Removes all that waits for it, and what comes meanwhile. Returns how many entries that were. Throws the reason of the signal. */
  async drain({ signal, onRemoved }: RemovalWatch): Promise<number> {
    await this.settled()
    let count = 0
    const pass: Pass = {
      isStopped: () => this.#stopped || signal.aborted,
      onRemoved: (name) => {
        count += 1
        onRemoved(count, name)
      },
    }
    this.#again = true
    await this.#begin(() => this.#untilNothing(pass))
    signal.throwIfAborted()
    return count
  }

  #begin(work: () => Promise<void>): Promise<void> {
    this.#running = work().finally(() => {
      this.#running = null
    })
    return this.#running
  }

  async #inBackground(): Promise<void> {
    const { handOver, log } = this.#deps
    const late = performance.now() + (handOver ? unseenMs : Number.POSITIVE_INFINITY)
    const isLate = () => performance.now() > late
    await this.#untilNothing({ isStopped: () => this.#stopped || isLate(), onRemoved: () => {} })
    const cause = this.#cause
    this.#cause = null
    if (this.#stopped || !handOver || !isLate()) return
    try {
      await handOver(cause)
    } catch (err) {
      log.warn({ err }, 'a long deletion could not become a job; it goes on unseen')
      this.#again = true
      await this.#untilNothing({ isStopped: () => this.#stopped, onRemoved: () => {} })
    }
  }

  async #untilNothing(pass: Pass): Promise<void> {
    while (this.#again && !pass.isStopped()) {
      this.#again = false
      for (const step of [() => this.#removeBytes(pass), () => this.#removeRows(pass)]) {
        try {
          await step()
        } catch (error) {
          this.#deps.log.error({ err: error }, 'a deletion could not be finished; the next start tries again')
        }
      }
    }
  }

  async #removeBytes(pass: Pass): Promise<void> {
    await using top = await this.#deps.jail.walk(Removals.path)
    const refused = new Set<string>()
    // What lies deep is moved to the top while it is read: only a reading that finds nothing new is the end.
    for (let found = true; found && !pass.isStopped(); ) {
      found = false
      for await (const batch of top.names()) {
        for (const { raw } of batch) {
          if (pass.isStopped()) return
          const name = raw.toString('latin1')
          if (refused.has(name)) continue
          found = true
          try {
            await removeTree({ top, ...pass }, raw)
          } catch (error) {
            refused.add(name)
            this.#deps.log.error({ err: error }, 'the disk does not let go of something that was deleted; the next start tries again')
          }
        }
      }
    }
  }

  async #removeRows(pass: Pass): Promise<void> {
    const { database } = this.#deps
    for (;;) {
      const tops = await database.fileEntry.findMany({ select: { id: true }, where: { parentId: removingId }, take: rowsPerStatement })
      if (tops.length === 0) return
      for (const { id } of tops) {
        await this.#removeBelow(id, pass)
        if (pass.isStopped()) return
        await this.#deleteRows([id])
      }
    }
  }

  async #deleteRows(ids: number[]): Promise<void> {
    await this.#deps.beforeRows?.(ids)
    await this.#deps.database.fileEntry.deleteMany({ where: { id: { in: ids } } })
  }

  /** Depth first without recursion: a tree may be deeper than a stack. */
  async #removeBelow(top: number, pass: Pass): Promise<void> {
    const { database } = this.#deps
    const open = [top]
    for (let parentId = open.at(-1); parentId !== undefined && !pass.isStopped(); parentId = open.at(-1)) {
      const children = await database.fileEntry.findMany({
        select: { id: true, isFolder: true },
        where: { parentId },
        orderBy: { isFolder: 'asc' },
        take: rowsPerStatement,
      })
      const files = children.filter((child) => !child.isFolder).map((child) => child.id)
      if (files.length > 0) await this.#deleteRows(files)
      const [folder] = children.filter((child) => child.isFolder)
      if (files.length === 0 && folder) open.push(folder.id)
      if (children.length === 0) {
        open.pop()
        if (parentId !== top) await database.fileEntry.deleteMany({ where: { id: parentId } })
      }
      await breathe()
    }
  }
}
