import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { ArchiveChanged, FileNotFound, PathOutsideStorage } from './errors.ts'
import type { Jail } from './jail.ts'
import { extensionOf, mimeTypeOf } from './model.ts'
import { kindOf, type OpenFolder } from './open-folder.ts'
import { nameOf, parentPath, rootPath, type StoragePath } from './path.ts'
import { readableName } from './scan.ts'
import { ZipWriter } from './zip-writer.ts'

export interface ArchiveRoot {
  readonly path: StoragePath
  readonly isFolder: boolean
  /** In the archive; empty for the storage's top, whose entries then stand at the archive's. */
  readonly name: string
}

export interface ArchiveWalk {
  readonly jail: Jail
  readonly roots: readonly ArchiveRoot[]
  /** Whether an entry at the storage's top is one that the reader sees. */
  readonly isListed: (name: string) => boolean
}

/** Each level holds a descriptor. Nothing that a path can name in practice is deeper. */
const mostLevels = 250
/** How many entries are looked at on the disk at once. */
const looksAtOnce = 64
const chunkBytes = 256 * 1024

/** What packing makes smaller; pictures, films, music and archives are packed already. */
const packable =
  /^(text\/|image\/(svg|bmp|x-ms-bmp|tiff|x-portable)|audio\/(x-)?wav|application\/(json|.*\+json|xml|.*\+xml|javascript|x-sh|sql|x-tar|wasm|rtf|postscript|msword|vnd\.ms-|x-sqlite))/
/** Of names that say nothing only what is soon tried. */
const unknownBytes = 1024 * 1024

/** The bytes of the archive. Links, special files and names that no path can name are passed over, as everywhere in the storage. */
export async function* archiveBytes({ isListed, jail, roots }: ArchiveWalk): AsyncGenerator<Buffer> {
  const walk: Walk = { zip: new ZipWriter(), read: createReader() }
  for (const { isFolder, name, path } of roots) {
    await using parent = await jail.openFolder(parentPath(path) ?? rootPath)
    if (path.segments.length === 0) yield* folderEntries(walk, parent, '', 0, isListed)
    else if (isFolder) yield* folderBytes(walk, parent, nameOf(path), name, 0)
    else yield* fileBytes(walk, parent, nameOf(path), name)
  }
  yield* walk.zip.end()
}

interface Walk {
  readonly zip: ZipWriter
  readonly read: ReadFile
}

async function* folderBytes(walk: Walk, parent: OpenFolder, name: string, path: string, level: number): AsyncGenerator<Buffer> {
  const opened = await unlessGone(() => parent.openFolder(name))
  if (!opened) return
  await using folder = opened
  // Too deep to be told apart from a loop: leaving it out would be a lie, too.
  if (level > mostLevels) throw new ArchiveChanged(folder.path, `Folders lie more than ${mostLevels} deep in ${folder.path}.`)
  const { mtimeMs } = await folder.stat()
  yield* walk.zip.folder(portable(path), new Date(Number(mtimeMs)))
  yield* folderEntries(walk, folder, `${path}/`, level)
}

async function* folderEntries(
  walk: Walk,
  folder: OpenFolder,
  prefix: string,
  level: number,
  isListed: (name: string) => boolean = () => true,
): AsyncGenerator<Buffer> {
  for await (const batch of folder.names()) {
    const names = batch.filter((entry) => entry.maybe).flatMap(({ raw }) => readableName(raw) ?? [])
    for (let at = 0; at < names.length; at += looksAtOnce) {
      const share = names.slice(at, at + looksAtOnce).filter(isListed)
      const stats = await folder.lookAll(share)
      for (const [index, name] of share.entries()) {
        const stat = stats[index]
        const kind = stat ? kindOf(stat) : 'special'
        if (kind === 'folder') yield* folderBytes(walk, folder, name, prefix + name, level + 1)
        else if (kind === 'file') yield* fileBytes(walk, folder, name, prefix + name)
      }
    }
  }
}

async function* fileBytes({ read, zip }: Walk, folder: OpenFolder, name: string, path: string): AsyncGenerator<Buffer> {
  const opened = await unlessGone(() => folder.openFile(name))
  if (!opened) return
  const { handle, stat } = opened
  try {
    const size = Number(stat.size)
    const file = { name: portable(path), modifiedAt: new Date(Number(stat.mtimeMs)), size, deflate: isPackable(name, size) }
    yield* zip.file({ ...file, chunks: read(handle, stat, path) })
  } finally {
    await handle.close()
  }
}

type ReadFile = (handle: FileHandle, stat: BigIntStats, path: string) => AsyncGenerator<Buffer>

/** Reads files one after the other into two buffers in turns: one is on its way while the other is read into. */
function createReader(): ReadFile {
  const buffers = [Buffer.allocUnsafeSlow(chunkBytes), Buffer.allocUnsafeSlow(chunkBytes)]
  let turn = 0
  return async function* (handle, before, path) {
    const size = Number(before.size)
    for (let at = 0; at < size; turn++) {
      const buffer = buffers[turn % 2] as Buffer
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, size - at), at)
      if (bytesRead === 0) throw new ArchiveChanged(path)
      yield buffer.subarray(0, bytesRead)
      at += bytesRead
    }
    const after = await handle.stat({ bigint: true })
    // Half of it might be old and half new, or more of it than was announced.
    if (after.size !== before.size || after.mtimeNs !== before.mtimeNs || after.ctimeNs !== before.ctimeNs) throw new ArchiveChanged(path)
  }
}

/** What went, or became a link, since its folder was read is not there any more: null. */
async function unlessGone<T>(open: () => Promise<T>): Promise<T | null> {
  try {
    return await open()
  } catch (error) {
    if (error instanceof FileNotFound || error instanceof PathOutsideStorage) return null
    throw error
  }
}

function isPackable(name: string, size: number): boolean {
  const type = mimeTypeOf(name)
  if (type === null) return size <= unknownBytes || extensionOf(name) === 'log'
  return packable.test(type)
}

/** A backslash is a character of a name here, and a separator to programs on Windows: its full-width form is none. */
function portable(path: string): string {
  return path.replaceAll('\\', '＼')
}
