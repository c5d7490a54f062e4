import { createHash, randomBytes } from 'node:crypto'
import { type FileClient, Refused } from './client.ts'

/** What stands under a path: the hash of a file, or a folder. */
type Thing = string | 'folder'

/** An operation that was asked for and not answered: afterwards either all of it is done or nothing. */
interface Doubt {
  readonly words: string
  readonly before: ReadonlyMap<string, Thing>
  readonly after: ReadonlyMap<string, Thing>
}

const sizes = [0, 1, 700, 20_000, 300_000, 3_000_000]

/** One program that changes files in a folder of its own, and knows at each moment what must be there. */
export class Worker {
  readonly folder: string
  readonly #chance: () => number
  #things: Map<string, Thing> = new Map()
  #doubt: Doubt | null = null
  #counter = 0
  done = 0
  #bytesSent = 0

  constructor(folder: string, chance: () => number) {
    this.folder = folder
    this.#chance = chance
  }

  get bytesSent(): number {
    return this.#bytesSent
  }

  /** Does one thing after the other until the server does not answer any more. */
  async run(client: FileClient): Promise<void> {
    for (;;) {
      const before = new Map(this.#things)
      const { after, ask, words } = this.#choose(client)
      this.#doubt = { before, after, words }
      try {
        await ask()
        this.#things = after
        this.#doubt = null
        this.done += 1
      } catch (error) {
        if (!(error instanceof Refused)) return
        // The server is there and did nothing; what it refuses of this must be the tests' own fault.
        if (!['RATE_LIMITED'].includes(error.code)) throw new Error(`${words} was refused: ${error.code}`)
        this.#doubt = null
      }
    }
  }

  /** Compares what the server shows with what must be there, and knows again what is. Returns what is wrong. */
  async check(client: FileClient): Promise<string[]> {
    const shown = await client.tree(this.folder)
    const seen = new Map<string, Thing>()
    for (const [path, size] of shown) {
      const hash = size === null ? 'folder' : await client.hashOf(path)
      if (hash !== null) seen.set(path, hash)
    }
    const doubt = this.#doubt
    this.#doubt = null
    const states = doubt ? [doubt.before, doubt.after] : [this.#things]
    const faults = states.map((state) => differences(state, seen))
    const fits = faults.findIndex((each) => each.length === 0)
    this.#things = seen
    if (fits >= 0) return []
    return [`${doubt ? `after “${doubt.words}” was not answered` : 'at rest'}: ${(faults.at(-1) ?? []).slice(0, 5).join(', ')}`]
  }

  #choose(client: FileClient): { after: Map<string, Thing>; ask: () => Promise<unknown>; words: string } {
    const after = new Map(this.#things)
    const files = [...after].filter(([, thing]) => thing !== 'folder').map(([path]) => path)
    const folders = [this.folder, ...[...after].filter(([, thing]) => thing === 'folder').map(([path]) => path)]
    const pick = <T>(list: readonly T[]): T => list[Math.floor(this.#chance() * list.length)] as T
    const fresh = () => `${pick(folders)}/n${this.#counter++}`
    const which = this.#chance()
    if (which < 0.45 || after.size < 4) {
      const replaced = files.length > 0 && this.#chance() < 0.3 ? pick(files) : null
      const path = replaced ?? fresh()
      const bytes = randomBytes(Math.floor(pick(sizes) * (0.5 + this.#chance())))
      this.#bytesSent += bytes.length
      after.set(path, createHash('sha256').update(bytes).digest('hex'))
      return { after, ask: () => client.upload(path, bytes, replaced !== null), words: `upload ${bytes.length} bytes to ${path}` }
    }
    if (which < 0.6) {
      const path = fresh()
      after.set(path, 'folder')
      return { after, ask: () => client.change('createFolder', { path }), words: `make folder ${path}` }
    }
    const from = pick([...after.keys()])
    const below = [...after.keys()].filter((path) => path === from || path.startsWith(`${from}/`))
    if (which < 0.85) {
      // Not below itself.
      const homes = folders.filter((folder) => !below.includes(folder))
      const to = `${pick(homes)}/m${this.#counter++}`
      const moved = below.map((path) => [path, after.get(path) as Thing] as const)
      for (const [path] of moved) after.delete(path)
      for (const [path, thing] of moved) after.set(`${to}${path.slice(from.length)}`, thing)
      return { after, ask: () => client.change('moveFile', { from, to }), words: `move ${from} to ${to}` }
    }
    for (const path of below) after.delete(path)
    return { after, ask: () => client.change('deleteFile', { path: from, permanently: true }), words: `delete ${from}` }
  }
}

function differences(wanted: ReadonlyMap<string, Thing>, seen: ReadonlyMap<string, Thing>): string[] {
  const faults: string[] = []
  for (const [path, thing] of wanted) {
    const shown = seen.get(path)
    if (shown === undefined) faults.push(`${path} is lost`)
    else if (shown !== thing) faults.push(`${path} is not what was acknowledged`)
  }
  for (const path of seen.keys()) if (!wanted.has(path)) faults.push(`${path} must not be there`)
  return faults
}
