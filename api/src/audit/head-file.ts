import { open, readFile, rename } from 'node:fs/promises'
import type { Log } from '../platform/log.ts'
import type { Seals } from './seals.ts'

/** The end of the chain. */
export interface Head {
  readonly sequence: number
  readonly hash: string
}

/** The end of the chain as the data folder remembers it. */
export interface RememberedHead extends Head {
  /** Why the chain of the database cannot be trusted, since when that was found. */
  readonly broken: string | null
}

/** Not written more often than this, in milliseconds. */
const restMilliseconds = 1_000

/**
 * Remembers the end of the chain outside the database: whoever cuts off its last entries, or puts an older copy of the
 * whole database in its place, is found by it.
 */
export class HeadFile {
  readonly #file: string
  readonly #seals: Seals
  readonly #log: Log
  #pending: RememberedHead | null = null
  #timer: NodeJS.Timeout | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(file: string, seals: Seals, log: Log) {
    this.#file = file
    this.#seals = seals
    this.#log = log
  }

  read(): Promise<RememberedHead | null> {
    return readHeadFile(this.#file, this.#seals)
  }

  /** Written within a second; the newest counts. */
  remember(head: RememberedHead): void {
    this.#pending = head
    this.#timer ??= setTimeout(() => void this.flush(), restMilliseconds).unref()
  }

  /** Writes what is not written yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    const head = this.#pending
    this.#pending = null
    if (head) this.#writing = this.#writing.then(() => this.#write(head))
    await this.#writing
  }

  async #write({ sequence, hash, broken }: RememberedHead): Promise<void> {
    const line = JSON.stringify({ sequence, hash, broken, seal: this.#seals.seal(textOf({ sequence, hash, broken })) })
    try {
      // A name of its own: the command on the machine may write beside the server.
      const temporary = `${this.#file}.${process.pid}.new`
      const handle = await open(temporary, 'w', 0o600)
      try {
        await handle.writeFile(`${line}\n`)
        await handle.sync()
      } finally {
        await handle.close()
      }
      await rename(temporary, this.#file)
    } catch (err) {
      // The log itself goes on: a full disk must not stop what people do.
      this.#log.error({ err, file: this.#file }, 'the end of the audit log could not be written beside the database')
    }
  }
}

/** Null when there is none. What was changed by others is told as broken. */
export async function readHeadFile(file: string, seals: Seals): Promise<RememberedHead | null> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
  try {
    const { sequence, hash, broken, seal } = JSON.parse(text) as Record<string, unknown>
    if (typeof sequence === 'number' && typeof hash === 'string' && typeof seal === 'string') {
      const head = { sequence, hash, broken: typeof broken === 'string' ? broken : null }
      if (seals.isSealed(textOf(head), seal)) return head
    }
  } catch {
    // Not JSON: the same as a seal that does not fit.
  }
  return { sequence: 0, hash: '', broken: 'HEAD_FILE' }
}

function textOf({ sequence, hash, broken }: RememberedHead): string {
  return JSON.stringify(['head', sequence, hash, broken])
}
