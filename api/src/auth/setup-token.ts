import { randomBytes } from 'node:crypto'
import { readFile, rm, writeFile } from 'node:fs/promises'

/**
 * The secret that whoever stands before the machine knows: printed at start and kept in the data folder until the first
 * administrator exists. Without it, the first stranger on the network could take the server over.
 */
export class SetupToken {
  readonly #file: string
  readonly #given: string | null

  constructor(dataDir: string, given: string | null) {
    this.#file = `${dataDir}/setup-token`
    this.#given = given
  }

  /** The token, made at the first call. */
  async ensure(): Promise<string> {
    const existing = await this.read()
    if (existing) return existing
    const token = randomBytes(16).toString('hex')
    await writeFile(this.#file, `${token}\n`, { mode: 0o600 })
    return token
  }

  async read(): Promise<string | null> {
    if (this.#given) return this.#given
    try {
      return (await readFile(this.#file, 'utf8')).trim()
    } catch {
      return null
    }
  }

  async discard(): Promise<void> {
    await rm(this.#file, { force: true })
  }
}
