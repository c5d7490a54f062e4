import type { Jail } from '../files/jail.ts'
import { measureBelow } from '../files/measure.ts'
import { reservedName } from '../files/path.ts'
import type { Database } from '../platform/db.ts'
import type { Log } from '../platform/log.ts'

/** How long one folder is counted, in milliseconds. */
const longestCount = 60_000

export interface TrashSizesDeps {
  readonly database: Database
  readonly jail: Jail
  readonly log: Log
  readonly onCounted: (ownerId: string | null) => void
}

/** Counts in the background how much the folders in the trash hold: one after the other, each for a minute at most. */
export class TrashSizes {
  readonly #deps: TrashSizesDeps
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(deps: TrashSizesDeps) {
    this.#deps = deps
  }

  /** Starts counting, or has it look again when it is at work. */
  wake(): void {
    if (this.#stopped) return
    this.#again = true
    this.#running ??= this.#countAll().finally(() => {
      this.#running = null
    })
  }

  /** Until nothing is left to count. */
  async settled(): Promise<void> {
    while (this.#running) await this.#running
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await this.settled()
  }

  async #countAll(): Promise<void> {
    const { database, log } = this.#deps
    try {
      while (this.#again && !this.#stopped) {
        this.#again = false
        for (let after = ''; !this.#stopped; ) {
          const item = await database.trashItem.findFirst({
            where: { size: null, state: 'KEPT', id: { gt: after } },
            select: { id: true, ownerId: true },
            orderBy: { id: 'asc' },
          })
          if (!item) break
          after = item.id
          await this.#count(item)
        }
      }
    } catch (err) {
      log.warn({ err }, 'what is in the trash could not be counted; the next deletion of a folder tries again')
    }
  }

  async #count({ id, ownerId }: { readonly id: string; readonly ownerId: string | null }): Promise<void> {
    const { database, jail, onCounted } = this.#deps
    const late = performance.now() + longestCount
    const { bytes, isComplete } = await measureBelow(jail, [reservedName, 'trash', id], () => this.#stopped || performance.now() > late)
    // What a stop interrupted is counted at the next start.
    if (this.#stopped && !isComplete) return
    const { count } = await database.trashItem.updateMany({ where: { id }, data: { size: BigInt(bytes), sizeIsExact: isComplete } })
    if (count > 0) onCounted(ownerId)
  }
}
