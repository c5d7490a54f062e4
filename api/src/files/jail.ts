import { type BigIntStats, constants } from 'node:fs'
import { type FileHandle, link, lstat, mkdir, open, opendir, rename, rmdir, statfs, unlink } from 'node:fs/promises'
import { FileNotFound, NameTaken, NotAFile, PathOutsideStorage, storageProblem } from './errors.ts'
import type { StoragePath } from './path.ts'
import { rootPath } from './path.ts'

/** open(2): a descriptor that only names a place. Opening a device or a fifo this way does nothing to it. Not in node:fs. */
const O_PATH = 0o10000000
const openFolderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** What stands at a name: neither special files nor symbolic links are anything the storage has. */
export type Kind = 'file' | 'folder' | 'link' | 'special'

/**
 * A folder of the storage held by a descriptor. Every name is looked up in that very folder through
 * `/proc/self/fd/N/name`, which is openat(2): whatever is renamed or swapped above it meanwhile cannot lead elsewhere.
 * Names must have passed the grammar of path.ts. Close it, or declare it with `await using`.
 */
export class OpenFolder implements AsyncDisposable {
  readonly #handle: FileHandle
  /** How it was reached; only used to say so in errors. */
  readonly path: string

  constructor(handle: FileHandle, path: string) {
    this.#handle = handle
    this.path = path
  }

  /** Where the kernel finds this folder as long as it is open; for calls that take no descriptor. */
  get place(): string {
    return `/proc/self/fd/${this.#handle.fd}`
  }

  #at(name: string): string {
    return `${this.place}/${name}`
  }

  #describe(name: string): string {
    return this.path === '/' ? `/${name}` : `${this.path}/${name}`
  }

  /** Its own state. */
  stat(): Promise<BigIntStats> {
    return this.#handle.stat({ bigint: true })
  }

  /** Free and total space of the file system it is on. */
  space(): Promise<{ bsize: number; blocks: number; bfree: number; bavail: number }> {
    return statfs(this.place)
  }

  /** The entry of that name, a symbolic link as itself; null when there is none. */
  async look(name: string): Promise<BigIntStats | null> {
    try {
      return await lstat(this.#at(name), { bigint: true })
    } catch (error) {
      if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null
      throw storageProblem(error, this.#describe(name))
    }
  }

  /** Throws FILE_NOT_FOUND, NOT_A_FOLDER, or PATH_OUTSIDE_STORAGE for a symbolic link. */
  async openFolder(name: string): Promise<OpenFolder> {
    try {
      return new OpenFolder(await open(this.#at(name), openFolderFlags), this.#describe(name))
    } catch (error) {
      // O_DIRECTORY with O_NOFOLLOW answers ENOTDIR for a link as well.
      if (isCode(error, 'ENOTDIR') && (await this.look(name))?.isSymbolicLink()) throw new PathOutsideStorage()
      throw storageProblem(error, this.#describe(name))
    }
  }

  /**
   * A regular file for reading. The place is opened first without touching what is there, looked at, and only then opened
   * for real through its own descriptor: between the look and the opening nothing can be swapped.
   */
  async openFile(name: string): Promise<{ handle: FileHandle; stat: BigIntStats }> {
    try {
      await using place = await open(this.#at(name), O_PATH | constants.O_NOFOLLOW)
      const stat = await place.stat({ bigint: true })
      const kind = kindOf(stat)
      if (kind === 'link') throw new PathOutsideStorage()
      if (kind === 'folder') throw new NotAFile(this.#describe(name))
      if (kind === 'special') throw new FileNotFound(this.#describe(name))
      return { handle: await open(`/proc/self/fd/${place.fd}`, constants.O_RDONLY), stat }
    } catch (error) {
      throw storageProblem(error, this.#describe(name))
    }
  }

  /** A new file, readable and writable. Throws NAME_TAKEN for whatever stands there. */
  async createFile(name: string): Promise<FileHandle> {
    const flags = constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW
    return this.#do(name, () => open(this.#at(name), flags, 0o644))
  }

  /** An existing regular file to go on writing. For the server's own folders. */
  async openForWriting(name: string): Promise<FileHandle> {
    return this.#do(name, () => open(this.#at(name), constants.O_RDWR | constants.O_NOFOLLOW | constants.O_NONBLOCK))
  }

  /** Throws NAME_TAKEN for whatever stands there. */
  async makeFolder(name: string): Promise<void> {
    await this.#do(name, () => mkdir(this.#at(name), 0o755))
  }

  /** Removes a file (or a link, not what it points to). */
  async removeFile(name: string): Promise<void> {
    await this.#do(name, () => unlink(this.#at(name)))
  }

  /** Moves an entry, replacing what it may replace: a file replaces a file, a folder an empty folder. */
  async moveOver(name: string, to: OpenFolder, toName: string): Promise<void> {
    await to.#do(toName, () => rename(this.#at(name), to.#at(toName)))
  }

  /**
   * Moves an entry to a free name, atomically: never over something that came there a moment before. Node has no
   * renameat2(RENAME_NOREPLACE). A file is linked to its new name, which fails when the name is taken, then unlinked from
   * the old one; stopped in between it has both names and no bytes are lost. A folder claims the name with an empty
   * folder, which rename(2) replaces only while it is empty. Throws NAME_TAKEN.
   */
  async moveTo(name: string, to: OpenFolder, toName: string, kind: 'file' | 'folder'): Promise<void> {
    if (kind === 'folder') {
      await to.makeFolder(toName)
      try {
        await to.#do(toName, () => rename(this.#at(name), to.#at(toName)))
      } catch (error) {
        await rmdir(to.#at(toName)).catch(() => {})
        throw error
      }
      return
    }
    await this.linkTo(name, to, toName)
    await this.removeFile(name)
  }

  /** Gives a file a second name, in `to`. Throws NAME_TAKEN for whatever stands there. */
  async linkTo(name: string, to: OpenFolder, toName: string): Promise<void> {
    try {
      await link(this.#at(name), to.#at(toName))
    } catch (error) {
      // File systems without hard links (exFAT, some network ones): claim the name, then replace the claim.
      if (!isCode(error, 'EPERM') && !isCode(error, 'ENOTSUP') && !isCode(error, 'EMLINK'))
        throw storageProblem(error, to.#describe(toName))
      await (await to.createFile(toName)).close()
      await this.moveOver(name, to, toName)
    }
  }

  /** Makes additions, renames and removals in this folder durable. */
  async sync(): Promise<void> {
    await this.#do('', () => this.#handle.sync())
  }

  /**
   * The names here, raw, with what is known of their kind without asking for each. Batches of at most 512, so that a
   * folder of any size costs little memory and leaves the event loop free.
   */
  async *names(): AsyncGenerator<{ raw: Buffer; maybe: boolean }[]> {
    const directory = await opendir(this.place, { encoding: 'buffer' as BufferEncoding, bufferSize: 512 })
    try {
      let batch: { raw: Buffer; maybe: boolean }[] = []
      for (;;) {
        const entry = await directory.read()
        if (!entry) break
        // Types are declared for strings; with the encoding `buffer` names are bytes.
        const raw = entry.name as unknown as Buffer
        batch.push({
          raw,
          maybe:
            entry.isFile() ||
            entry.isDirectory() ||
            !(entry.isSymbolicLink() || entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice()),
        })
        if (batch.length < 512) continue
        yield batch
        batch = []
      }
      if (batch.length > 0) yield batch
    } finally {
      await directory.close()
    }
  }

  /**
   * Removes the entry and everything below it. Links are removed, never followed: each level is entered by a descriptor.
   * Says how many entries went. What is gone already is no error.
   */
  async removeTree(name: string): Promise<number> {
    const found = await this.look(name)
    if (!found) return 0
    if (kindOf(found) !== 'folder') {
      await this.removeFile(name)
      return 1
    }
    let removed = 1
    {
      await using folder = await this.openFolder(name)
      for await (const batch of folder.names()) {
        for (const { raw } of batch) removed += await folder.#removeRaw(raw)
      }
    }
    await this.#do(name, () => rmdir(this.#at(name)))
    return removed
  }

  /** Names that are not UTF-8 exist on disks; they cannot be passed as strings. */
  async #removeRaw(raw: Buffer): Promise<number> {
    const text = raw.toString()
    if (Buffer.from(text).equals(raw)) return this.removeTree(text)
    const place = Buffer.concat([Buffer.from(`${this.place}/`), raw])
    const stat = await lstat(place)
    if (!stat.isDirectory()) {
      await unlink(place)
      return 1
    }
    let removed = 1
    {
      await using folder = new OpenFolder(await open(place, openFolderFlags), `${this.path}/?`)
      for await (const batch of folder.names()) for (const entry of batch) removed += await folder.#removeRaw(entry.raw)
    }
    await rmdir(place)
    return removed
  }

  async #do<T>(name: string, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw storageProblem(error, this.#describe(name))
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close()
  }
}

/** The storage as a place that nothing leads out of. Everything is opened by walking from its root. */
export class Jail {
  readonly #root: string

  /** `root` is the only path that is trusted as it is: the administrator chose it, also when it is a link. */
  constructor(root: string) {
    this.#root = root
  }

  async openRoot(): Promise<OpenFolder> {
    return new OpenFolder(await open(this.#root, constants.O_RDONLY | constants.O_DIRECTORY), '/')
  }

  /** Walks to the folder. Throws FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE. */
  async openFolder(path: StoragePath): Promise<OpenFolder> {
    return this.walk(path.segments)
  }

  /** Opens each part in the one before; also reaches the server's own folders, which no StoragePath names. */
  async walk(segments: readonly string[]): Promise<OpenFolder> {
    let folder = await this.openRoot()
    for (const segment of segments) {
      const parent = folder
      try {
        folder = await parent.openFolder(segment)
      } finally {
        await parent.close()
      }
    }
    return folder
  }

  /** The folder that holds the entry; for the root itself an error, since nothing may be done to it. */
  async openParent(path: StoragePath): Promise<OpenFolder> {
    if (path === rootPath || path.segments.length === 0) throw new NameTaken('/')
    return this.walk(path.segments.slice(0, -1))
  }
}

export function kindOf(stat: BigIntStats): Kind {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'folder'
  return stat.isSymbolicLink() ? 'link' : 'special'
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code
}
