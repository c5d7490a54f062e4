import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { NameTaken, storageProblem } from './errors.ts'
import { OpenFolder } from './open-folder.ts'
import { rootPath, type StoragePath } from './path.ts'

/**
 * The storage as a place that nothing leads out of. Everything is opened by walking from its root, which is held as long
 * as the server runs: a disk that is unmounted or replaced under the same path is noticed as an error, never mistaken for
 * an empty storage.
 */
export class Jail {
  readonly #path: string
  #root: Promise<FileHandle> | null = null

  /** `root` is the only path that is trusted as it is: the administrator chose it, also when it is a link. */
  constructor(root: string) {
    this.#path = root
  }

  /** The root itself; closing what this returns does not let go of it. */
  async openRoot(field = 'path'): Promise<OpenFolder> {
    this.#root ??= open(this.#path, constants.O_RDONLY | constants.O_DIRECTORY)
    try {
      return new RootFolder(await this.#root, '/', field)
    } catch (error) {
      this.#root = null
      throw storageProblem(error, '/', field)
    }
  }

  /** After the last use. */
  async close(): Promise<void> {
    const root = this.#root
    this.#root = null
    await (await root?.catch(() => null))?.close()
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

/** Shared by all who walk; only the jail closes it. */
class RootFolder extends OpenFolder {
  override close(): Promise<void> {
    return Promise.resolve()
  }
}
