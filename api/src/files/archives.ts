import type { Actor } from '../auth/model.ts'
import { InvalidInput } from '../platform/errors.ts'
import { type ArchiveRoot, archiveBytes } from './archive-walk.ts'
import { FileNotFound } from './errors.ts'
import { kindOf } from './open-folder.ts'
import { isReserved, isWithin, nameFault, nameOf, parentPath, parsePath, rootPath, type StoragePath } from './path.ts'
import { requireSee, visibleTopNames } from './policy.ts'
import type { FileTree } from './tree.ts'

export interface ArchiveRequest {
  /** Files and folders; what lies in another of them is in it already. */
  readonly paths: readonly string[]
  /** Of the archive, with or without `.zip`; null for one that says what is in it. */
  readonly name: string | null
}

/** A ZIP archive that is made while it is read. */
export interface Archive {
  readonly name: string
  /** Once. Throws ARCHIVE_CHANGED, and what the disk reports. */
  bytes(): AsyncGenerator<Buffer>
}

/** More than fit into an address. */
const mostPaths = 1_000
const ending = '.zip'

/** Files and folders together as one ZIP archive, made while it is sent: nothing of it is kept, in memory or on the disk. */
export class Archives {
  readonly #tree: FileTree

  constructor({ tree }: { tree: FileTree }) {
    this.#tree = tree
  }

  /** Errors: FILE_NOT_FOUND, NOT_A_FOLDER, PATH_OUTSIDE_STORAGE, INVALID_INPUT. */
  async open(actor: Actor, request: ArchiveRequest): Promise<Archive> {
    // Whoever may not look at all is told so before anything about the input.
    requireSee(actor, rootPath)
    if (request.paths.length === 0) throw new InvalidInput('Name at least one file or folder.', 'path')
    if (request.paths.length > mostPaths) throw new InvalidInput(`Name at most ${mostPaths} files and folders.`, 'path')
    const paths = withoutInner(request.paths.map((path) => parsePath(path)))
    for (const path of paths) requireSee(actor, path)
    const name = nameOfArchive(request.name, paths)
    const roots: ArchiveRoot[] = []
    const taken = new Set<string>()
    for (const path of paths) {
      const isFolder = await this.#isFolder(path)
      roots.push({ path, isFolder, name: freeName(nameOf(path), isFolder, taken) })
    }
    const topNames = visibleTopNames(actor)
    const isListed = (name: string) => !isReserved(name) && (topNames === null || topNames.includes(name))
    return { name, bytes: () => archiveBytes({ jail: this.#tree.deps.jail, roots, isListed }) }
  }

  async #isFolder(path: StoragePath): Promise<boolean> {
    const parent = parentPath(path)
    if (!parent) return true
    const { jail } = this.#tree.deps
    await using folder = await jail.openFolder(parent)
    const stat = await folder.look(nameOf(path))
    const kind = stat ? kindOf(stat) : 'special'
    // Says why for a link, as a download of it would.
    if (kind === 'link') await (await folder.openFolder(nameOf(path))).close()
    if (kind === 'special') throw new FileNotFound(path.text)
    return kind === 'folder'
  }
}

/** Each once, and none that another one brings with it. In their order. */
function withoutInner(paths: readonly StoragePath[]): StoragePath[] {
  const chosen = new Set(paths.map((path) => path.text))
  return paths.filter((path, index) => {
    if (paths.findIndex((other) => other.text === path.text) !== index) return false
    for (let above = parentPath(path); above; above = parentPath(above)) if (chosen.has(above.text) && isWithin(path, above)) return false
    return true
  })
}

function nameOfArchive(wanted: string | null, paths: readonly StoragePath[]): string {
  if (wanted) {
    const fault = nameFault(wanted)
    if (fault) throw new InvalidInput(fault, 'name')
    return wanted.toLowerCase().endsWith(ending) ? wanted : `${wanted}${ending}`
  }
  const [first] = paths
  const only = paths.length === 1 && first ? nameOf(first) : nameOf(commonParent(paths))
  return `${only || 'files'}${ending}`
}

function commonParent(paths: readonly StoragePath[]): StoragePath {
  let parent = parentPath(paths[0] ?? rootPath) ?? rootPath
  while (!paths.every((path) => isWithin(path, parent))) parent = parentPath(parent) ?? rootPath
  return parent
}

/** Entries of different folders may have one name: `a (2).txt`. */
function freeName(name: string, isFolder: boolean, taken: Set<string>): string {
  const dot = isFolder ? -1 : name.lastIndexOf('.')
  const [stem, rest] = dot > 0 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
  let free = name
  for (let count = 2; taken.has(free); count++) free = `${stem} (${count})${rest}`
  taken.add(free)
  return free
}
