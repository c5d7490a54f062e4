import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'
import type { Jail } from './jail.ts'
import { removingId } from './model.ts'
import { reservedName } from './path.ts'
import { breathe, rowsPerStatement } from './rows.ts'
import { removeTree } from './tree-removal.ts'

const removingName = 'removing'

/**
 * Finishes deletions in the background: what was deleted has left the tree already, here go its bytes and its rows. What
 * a stop interrupted goes on at the next start.
 */
export class Removals {
  readonly #deps: { readonly database: Database; readonly jail: Jail; readonly log: Log }
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(deps: { readonly database: Database; readonly jail: Jail; readonly log: Log }) {
    this.#deps = deps
  }

  /** The folder where entries go that are being deleted; on the storage's own file system. */
  static readonly path: readonly string[] = [reservedName, removingName]

  /** Starts the work, or has it look again when it is running. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#running ??= this.#run().finally(() => {
      this.#running = null
    })
  }

  /** Until nothing is left to remove. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.settled()
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false
      for (const step of [() => this.#removeRows(), () => this.#removeBytes()]) {
        try {
          await step()
        } catch (error) {
          this.#deps.log.error({ err: error }, 'a deletion could not be finished; the next start tries again')
        }
      }
    }
  }

  async #removeBytes(): Promise<void> {
    await using top = await this.#deps.jail.walk(Removals.path)
    const refused = new Set<string>()
    // What lies deep is moved to the top while it is read: only a reading that finds nothing new is the end.
    for (let found = true; found && !this.#stopped; ) {
      found = false
      for await (const batch of top.names()) {
        for (const { raw } of batch) {
          if (this.#stopped) return
          const name = raw.toString('latin1')
          if (refused.has(name)) continue
          found = true
          try {
            await removeTree({ top, isStopped: () => this.#stopped }, raw)
          } catch (error) {
            refused.add(name)
            this.#deps.log.error({ err: error }, 'the disk does not let go of something that was deleted; the next start tries again')
          }
        }
      }
    }
  }

  async #removeRows(): Promise<void> {
    const { database } = this.#deps
    for (;;) {
      const tops = await database.fileEntry.findMany({ select: { id: true }, where: { parentId: removingId }, take: rowsPerStatement })
      if (tops.length === 0) return
      for (const { id } of tops) {
        if (this.#stopped) return
        await this.#removeBelow(id)
        await database.fileEntry.deleteMany({ where: { id } })
      }
    }
  }

  /** Depth first without recursion: a tree may be deeper than a stack. */
  async #removeBelow(top: number): Promise<void> {
    const { database } = this.#deps
    const open = [top]
    for (let parentId = open.at(-1); parentId !== undefined && !this.#stopped; parentId = open.at(-1)) {
      const children = await database.fileEntry.findMany({
        select: { id: true, isFolder: true },
        where: { parentId },
        orderBy: { isFolder: 'asc' },
        take: rowsPerStatement,
      })
      const files = children.filter((child) => !child.isFolder).map((child) => child.id)
      if (files.length > 0) await database.fileEntry.deleteMany({ where: { id: { in: files } } })
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
