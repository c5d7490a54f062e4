import { type BigIntStats, constants, type Dirent, lstat } from 'node:fs'
import { type FileHandle, link, mkdir, open, opendir, lstat as readStat, rename, rmdir, statfs, unlink } from 'node:fs/promises'
import { FileNotFound, NotAFile, PathOutsideStorage, storageProblem } from './errors.ts'

/** open(2): a descriptor that only names a place. Opening a device or a fifo this way does nothing to it. Not in node:fs. */
const O_PATH = 0o10000000
const openFolderFlags = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW

/** link(2) where there are no hard links (exFAT, FUSE, some network file systems), no more of them, or none of others' files. */
const linkless = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']

/** What stands at a name: neither special files nor symbolic links are anything the storage has. */
export type Kind = 'file' | 'folder' | 'link' | 'special'

/** Names on disks need not be UTF-8; such a one is passed as its bytes. */
export type RawName = string | Buffer

/** A name as it was read, with what is known of its kind without asking for it. */
export interface ReadName {
  readonly raw: Buffer
  /** False for what the storage does not have: links and special files. */
  readonly maybe: boolean
  /** False also where the file system does not say. */
  readonly isFolder: boolean
}

/**
 * A folder of the storage held by a descriptor. Every name is looked up in that very folder through
 * `/proc/self/fd/N/name`, which is openat(2): whatever is renamed or swapped above it meanwhile cannot lead elsewhere.
 * Names must have passed the grammar of path.ts. Close it, or declare it with `await using`.
 */
export class OpenFolder implements AsyncDisposable {
  readonly #handle: FileHandle
  /** How it was reached, and by which input field; only used to say so in errors. */
  readonly path: string
  readonly #field: string

  constructor(handle: FileHandle, path: string, field = 'path') {
    this.#handle = handle
    this.path = path
    this.#field = field
  }

  /** Where the kernel finds this folder as long as it is open; for calls that take no descriptor. */
  get place(): string {
    return `/proc/self/fd/${this.#handle.fd}`
  }

  #at(name: RawName): string | Buffer {
    return typeof name === 'string' ? `${this.place}/${name}` : Buffer.concat([Buffer.from(`${this.place}/`), name])
  }

  #describe(name: RawName): string {
    return this.path === '/' ? `/${name}` : `${this.path}/${name}`
  }

  #problem(error: unknown, name: RawName): unknown {
    return storageProblem(error, this.#describe(name), this.#field)
  }

  /** Its own state. */
  stat(): Promise<BigIntStats> {
    return this.#handle.stat({ bigint: true })
  }

  /** Gives it the times of another entry. */
  async setTimes(times: BigIntStats): Promise<void> {
    await this.#do('', () => this.#handle.utimes(...timesOf(times)))
  }

  /** Free and total space of the file system it is on. */
  space(): Promise<{ bsize: number; blocks: number; bfree: number; bavail: number }> {
    return statfs(this.place)
  }

  /** The entry of that name, a symbolic link as itself; null when there is none. */
  async look(name: RawName): Promise<BigIntStats | null> {
    try {
      return await readStat(this.#at(name), { bigint: true })
    } catch (error) {
      if (isCode(error, 'ENOENT') || isCode(error, 'ENOTDIR')) return null
      throw this.#problem(error, name)
    }
  }

  /** As `look`, for many: a promise for each would cost more than the calls. The caller bounds how many. */
  lookAll(names: readonly string[]): Promise<(BigIntStats | null)[]> {
    const { promise, resolve, reject } = Promise.withResolvers<(BigIntStats | null)[]>()
    const found: (BigIntStats | null)[] = new Array(names.length).fill(null)
    let left = names.length
    let refused: unknown = null
    if (left === 0) resolve(found)
    for (const [index, name] of names.entries()) {
      lstat(this.#at(name), { bigint: true }, (error, stat) => {
        if (!error) found[index] = stat
        else if (!isCode(error, 'ENOENT', 'ENOTDIR')) refused ??= this.#problem(error, name)
        left -= 1
        // Only after the last: until then the descriptor must stay this folder's.
        if (left > 0) return
        if (refused === null) resolve(found)
        else reject(refused)
      })
    }
    return promise
  }

  /** Throws FILE_NOT_FOUND, NOT_A_FOLDER, or PATH_OUTSIDE_STORAGE for a symbolic link. */
  async openFolder(name: RawName): Promise<OpenFolder> {
    try {
      return new OpenFolder(await open(this.#at(name), openFolderFlags), this.#describe(name), this.#field)
    } catch (error) {
      // O_DIRECTORY with O_NOFOLLOW answers ENOTDIR for a link as well.
      if (isCode(error, 'ENOTDIR') && (await this.look(name))?.isSymbolicLink()) throw new PathOutsideStorage(this.#field)
      throw this.#problem(error, name)
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
      if (kind === 'link') throw new PathOutsideStorage(this.#field)
      if (kind === 'folder') throw new NotAFile(this.#describe(name), this.#field)
      if (kind === 'special') throw new FileNotFound(this.#describe(name), this.#field)
      return { handle: await open(`/proc/self/fd/${place.fd}`, constants.O_RDONLY), stat }
    } catch (error) {
      throw this.#problem(error, name)
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
  async removeFile(name: RawName): Promise<void> {
    await this.#do(name, () => unlink(this.#at(name)))
  }

  /** Removes an empty folder. */
  async removeFolder(name: RawName): Promise<void> {
    await this.#do(name, () => rmdir(this.#at(name)))
  }

  /** Moves an entry, replacing what it may replace: a file replaces a file, a folder an empty folder. */
  async moveOver(name: RawName, to: OpenFolder, toName: string): Promise<void> {
    await this.#transfer(name, to, toName, () => rename(this.#at(name), to.#at(toName)))
  }

  /**
   * Moves an entry to a free name, atomically: never over something that came there a moment before. Node has no
   * renameat2(RENAME_NOREPLACE). A file is linked to its new name, which fails when the name is taken, then unlinked from
   * the old one; stopped in between it has both names and no bytes are lost. A folder claims the name with an empty
   * folder, which rename(2) replaces only while it is empty. Throws NAME_TAKEN.
   */
  async moveTo(name: string, to: OpenFolder, toName: string, kind: 'file' | 'folder'): Promise<void> {
    if (kind === 'file') {
      if ((await this.linkTo(name, to, toName)) === 'moved') return
      try {
        await this.removeFile(name)
      } catch (error) {
        // Who is told that it failed does not find it in two places.
        await to.removeFile(toName).catch(() => {})
        throw error
      }
      return
    }
    await to.makeFolder(toName)
    try {
      await this.moveOver(name, to, toName)
    } catch (error) {
      await rmdir(to.#at(toName)).catch(() => {})
      throw error
    }
  }

  /** As `linkTo`, to a name that nobody else can have: 'moved' without a claim on it first. */
  async linkAs(name: string, to: OpenFolder, toName: string): Promise<'linked' | 'moved'> {
    try {
      await this.#transfer(name, to, toName, () => link(this.#at(name), to.#at(toName)), linkless)
      return 'linked'
    } catch (error) {
      if (!isCode(error, ...linkless)) throw error
    }
    await this.moveOver(name, to, toName)
    return 'moved'
  }

  /** Gives a file a second name, in `to`; 'moved' where it could only be given instead of the first. Throws NAME_TAKEN. */
  async linkTo(name: string, to: OpenFolder, toName: string): Promise<'linked' | 'moved'> {
    try {
      await this.#transfer(name, to, toName, () => link(this.#at(name), to.#at(toName)), linkless)
      return 'linked'
    } catch (error) {
      if (!isCode(error, ...linkless)) throw error
    }
    // Claim the name, then replace the claim: what comes there in between is refused by the claim.
    await (await to.createFile(toName)).close()
    try {
      await this.moveOver(name, to, toName)
    } catch (error) {
      // Nobody may find an empty file under the name of one that did not get there.
      await unlink(to.#at(toName)).catch(() => {})
      throw error
    }
    return 'moved'
  }

  /** For calls that take two names: what is missing is the first, everything else is said of the second. */
  async #transfer(name: RawName, to: OpenFolder, toName: string, run: () => Promise<void>, passOn: readonly string[] = []): Promise<void> {
    try {
      await run()
    } catch (error) {
      if (isCode(error, ...passOn)) throw error
      throw isCode(error, 'ENOENT') ? this.#problem(error, name) : to.#problem(error, toName)
    }
  }

  /** Makes additions, renames and removals in this folder durable. */
  async sync(): Promise<void> {
    await this.#do('', () => this.#handle.sync())
  }

  /**
   * The names here, raw. Batches of at most 512, so that a folder of any size costs little memory and leaves the event
   * loop free.
   */
  async *names(): AsyncGenerator<ReadName[]> {
    const directory = await opendir(this.place, { encoding: 'buffer' as BufferEncoding, bufferSize: 512 })
    try {
      let batch: ReadName[] = []
      for (;;) {
        const entry = await directory.read()
        if (!entry) break
        const isFolder = entry.isDirectory()
        // Types are declared for strings; with the encoding `buffer` names are bytes.
        batch.push({ raw: entry.name as unknown as Buffer, maybe: isFolder || entry.isFile() || !isForeign(entry), isFolder })
        if (batch.length < 512) continue
        yield batch
        batch = []
      }
      if (batch.length > 0) yield batch
    } catch (error) {
      throw this.#problem(error, '')
    } finally {
      await directory.close()
    }
  }

  async #do<T>(name: RawName, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      throw this.#problem(error, name)
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

/** Access and modification time as utimes takes them. Numbers carry parts of a microsecond, but none below 1970. */
export function timesOf({ atimeNs, mtimeNs }: BigIntStats): [Date | number, Date | number] {
  const time = (ns: bigint) => (ns < 0n ? new Date(Number(ns / 1_000_000n)) : Number(ns) / 1e9)
  return [time(atimeNs), time(mtimeNs)]
}

export function kindOf(stat: BigIntStats): Kind {
  if (stat.isFile()) return 'file'
  if (stat.isDirectory()) return 'folder'
  return stat.isSymbolicLink() ? 'link' : 'special'
}

function isForeign(entry: Dirent): boolean {
  return entry.isSymbolicLink() || entry.isFIFO() || entry.isSocket() || entry.isBlockDevice() || entry.isCharacterDevice()
}

function isCode(error: unknown, ...codes: readonly string[]): boolean {
  return error instanceof Error && 'code' in error && codes.includes(String(error.code))
}
