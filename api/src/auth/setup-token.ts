import { randomBytes } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'

/**
 * The secret that whoever stands before the machine knows: printed at start and kept in the data folder until the first
 * administrator exists. Without it, the first stranger on the network could take the server over.
 */
export class SetupToken {
  readonly #file: string
  readonly #given: string | null

  constructor(dataDir: string, given: string | null) {
    this.#file = `${dataDir}/setup-token`
    this.#given = given?.trim() || null
  }

  /** The token, made at the first call. */
  async ensure(): Promise<string> {
    const existing = await this.read()
    if (existing) return existing
    const token = randomBytes(16).toString('hex')
    // Under another name first: a stop in between must not leave half a token.
    const temporary = `${this.#file}.new`
    await rm(temporary, { force: true })
    await writeFile(temporary, `${token}\n`, { mode: 0o600, flush: true })
    await rename(temporary, this.#file)
    return token
  }

  async read(): Promise<string | null> {
    if (this.#given) return this.#given
    try {
      return (await readFile(this.#file, 'utf8')).trim() || null
    } catch {
      return null
    }
  }

  async discard(): Promise<void> {
    await rm(this.#file, { force: true })
  }
}
