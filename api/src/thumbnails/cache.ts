import { createHash, randomBytes } from 'node:crypto'
import { mkdir, open, opendir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'

/** Made again when they are gone: nothing here is synced, and a file that is not whole is told by its end. */
const ending = Buffer.from('balu')

/** Small pictures that were made, by what they were made of. In the data folder: a look at a folder wakes no disk for them. */
export class ThumbnailCache {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Null when there is none, or not all of it. */
  async read(key: string): Promise<Buffer | null> {
    const path = this.#pathOf(key)
    const bytes = await readFile(path).catch(() => null)
    if (!bytes?.subarray(-ending.length).equals(ending)) return null
    const now = new Date()
    // What is looked at is kept longest; without harm when it cannot be noted.
    await utimes(path, now, now).catch(() => {})
    return bytes.subarray(0, -ending.length)
  }

  /** Without harm when the disk does not take it. */
  async write(key: string, bytes: Buffer): Promise<void> {
    const path = this.#pathOf(key)
    const part = `${path}.${randomBytes(6).toString('hex')}`
    try {
      await mkdir(path.slice(0, path.lastIndexOf('/')), { recursive: true, mode: 0o700 })
      const handle = await open(part, 'wx', 0o600)
      try {
        await handle.writev([bytes, ending])
      } finally {
        await handle.close()
      }
      await rename(part, path)
    } catch {
      await rm(part, { force: true })
    }
  }

  /** Removes those that were not looked at for longest, until the others have no more than `mostBytes`. Returns how many went. */
  async prune(mostBytes: number, signal: AbortSignal): Promise<{ removed: number; bytes: number }> {
    const known: { path: string; at: number; size: number }[] = []
    for (let shelf = 0; shelf < 256; shelf++) {
      signal.throwIfAborted()
      const folder = `${this.#folder}/${shelf.toString(16).padStart(2, '0')}`
      const entries = await opendir(folder).catch(() => null)
      if (!entries) continue
      for await (const { name } of entries) {
        const path = `${folder}/${name}`
        const found = await stat(path).catch(() => null)
        if (found) known.push({ path, at: found.mtimeMs, size: found.size })
      }
    }
    known.sort((a, b) => a.at - b.at)
    let bytes = known.reduce((sum, { size }) => sum + size, 0)
    let removed = 0
    for (const { path, size } of known) {
      if (bytes <= mostBytes) break
      signal.throwIfAborted()
      await rm(path, { force: true })
      bytes -= size
      removed += 1
    }
    return { removed, bytes }
  }

  #pathOf(key: string): string {
    const name = createHash('sha256').update(key).digest('hex')
    return `${this.#folder}/${name.slice(0, 2)}/${name.slice(2)}`
  }
}
