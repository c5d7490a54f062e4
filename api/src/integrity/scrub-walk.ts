import type { BigIntStats } from 'node:fs'
import { FileNotFound, NotAFolder, PathOutsideStorage } from '../files/errors.ts'
import { kindOf } from '../files/open-folder.ts'
import { childPath, rootPath, type StoragePath } from '../files/path.ts'
import { readNames } from '../files/scan.ts'
import type { FileTree, Place } from '../files/tree.ts'
import { Problem } from '../platform/errors.ts'

/** Nothing that a path can name in practice is deeper; each level holds a descriptor. */
const mostLevels = 250

export interface FoundFile {
  readonly place: Place
  readonly name: string
  readonly path: StoragePath
  readonly stat: BigIntStats
}

/**
 * Each file of the storage, in an order that stays the same: by the names at each level. `after` is where an earlier walk stopped:
 * what came up to there is passed over. The folder's rows are brought up to date before its files are given.
 */
export async function* filesInOrder(
  tree: FileTree,
  after: readonly string[] | null,
  onUnreadable: (path: string, problem: Problem) => Promise<void>,
): AsyncGenerator<FoundFile> {
  yield* walk(tree, rootPath, after, onUnreadable)
}

async function* walk(
  tree: FileTree,
  path: StoragePath,
  after: readonly string[] | null,
  onUnreadable: (path: string, problem: Problem) => Promise<void>,
): AsyncGenerator<FoundFile> {
  let place: Place
  let names: string[]
  try {
    place = await tree.open(path)
  } catch (error) {
    return await passOver(error, path, onUnreadable)
  }
  await using held = place
  try {
    await tree.refresh(held)
    names = [...(await readNames(held.folder, path === rootPath)).names].sort()
  } catch (error) {
    return await passOver(error, path, onUnreadable)
  }
  const [first, ...rest] = after ?? []
  for (const name of names) {
    if (first !== undefined && name < first) continue
    const isOnTheWay = name === first
    if (isOnTheWay && rest.length === 0) continue
    const stat = await held.folder.look(name)
    const kind = stat ? kindOf(stat) : 'special'
    const child = childPath(path, name)
    if (kind === 'folder' && path.segments.length < mostLevels) yield* walk(tree, child, isOnTheWay ? rest : null, onUnreadable)
    else if (kind === 'file' && stat) yield { place: held, name, path: child, stat }
  }
}

/** What went meanwhile is no fault; what the disk refuses is told. */
async function passOver(error: unknown, path: StoragePath, onUnreadable: (path: string, problem: Problem) => Promise<void>): Promise<void> {
  if (error instanceof FileNotFound || error instanceof NotAFolder || error instanceof PathOutsideStorage) return
  if (!(error instanceof Problem)) throw error
  await onUnreadable(path.text, error)
}
