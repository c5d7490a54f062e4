import { createHash, type Hash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { FileNotFound, storageProblem } from './errors.ts'
import type { Jail } from './jail.ts'
import type { OpenFolder } from './open-folder.ts'
import { reservedName } from './path.ts'

const spoolPath: readonly string[] = [reservedName, 'spool']
/** Running hashes of uploads that rest between two requests; one that was forgotten is read from the spool once. */
const mostHashes = 256

/** The bytes of uploads that nobody can see yet: a file each, under the upload's id, on the storage's own file system. */
export class Spool {
  readonly #jail: Jail
  readonly #hashes = new Map<string, { readonly offset: number; readonly hash: Hash }>()

  constructor(jail: Jail) {
    this.#jail = jail
  }

  open(): Promise<OpenFolder> {
    return this.#jail.walk(spoolPath)
  }

  /** The hash of everything before `offset`; null when the disk no longer has all of it. */
  async hashAt(id: string, handle: FileHandle, offset: number): Promise<Hash | null> {
    const remembered = this.#hashes.get(id)
    this.#hashes.delete(id)
    if (remembered?.offset === offset) return remembered.hash
    const hash = createHash('sha256')
    const buffer = Buffer.allocUnsafe(Math.min(1024 * 1024, Math.max(1, offset)))
    for (let at = 0; at < offset; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, offset - at), at)
      if (bytesRead === 0) return null
      hash.update(buffer.subarray(0, bytesRead))
      at += bytesRead
    }
    return hash
  }

  rememberHash(id: string, offset: number, hash: Hash): void {
    this.#hashes.set(id, { offset, hash })
    const [oldest] = this.#hashes.keys()
    if (this.#hashes.size > mostHashes && oldest !== undefined) this.#hashes.delete(oldest)
  }

  forgetHash(id: string): void {
    this.#hashes.delete(id)
  }
}

/** Makes the file of a new upload. Throws STORAGE_FULL where a file of this size could not be held at all. */
export async function createSpooled(spool: OpenFolder, id: string, length: number): Promise<void> {
  const handle = await spool.createFile(id)
  try {
    await handle.truncate(length)
    await handle.truncate(0)
  } catch (error) {
    await dropSpooled(spool, id)
    throw storageProblem(error, '/')
  } finally {
    await handle.close()
  }
}

/** Gives the space back; nothing to do when it is gone already. */
export async function dropSpooled(spool: OpenFolder, id: string): Promise<void> {
  try {
    await spool.removeFile(id)
  } catch (error) {
    if (!(error instanceof FileNotFound)) throw error
  }
}
