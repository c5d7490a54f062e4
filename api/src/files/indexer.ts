import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import { Problem } from '../platform/errors.ts'
import { childPath, rootPath, type StoragePath } from './path.ts'
import { breathe, rowsPerStatement } from './rows.ts'
import type { FileTree } from './tree.ts'

/** For whoever waits for it. */
export interface IndexWatch {
  readonly signal: AbortSignal
  /** Told of each folder that was looked at: how many that were, and which. */
  onFolder(count: number, path: string): void
}

export interface IndexResult {
  readonly folders: number
  /** Folders that could not be read, gone ones left out. */
  readonly unreadable: number
}

/**
 * Looks at every folder, and reads those again that changed since they were last read: what another program put on the disk is found
 * and counted from then on. A folder that did not change costs one look at its times.
 */
export async function indexTree(tree: FileTree, { signal, onFolder }: IndexWatch): Promise<IndexResult> {
  const open: StoragePath[] = [rootPath]
  let folders = 0
  let unreadable = 0
  for (let path = open.pop(); path; path = open.pop()) {
    signal.throwIfAborted()
    try {
      await using place = await tree.open(path)
      await tree.refresh(place)
      for await (const name of childFolders(tree, place.row.id)) open.push(childPath(path, name))
    } catch (error) {
      if (!(error instanceof Problem)) throw error
      // Renamed or removed while others were looked at: found where it is by the next round.
      if (error.code !== 'FILE_NOT_FOUND' && error.code !== 'NOT_A_FOLDER') unreadable += 1
    }
    folders += 1
    onFolder(folders, path.text)
    await breathe()
  }
  return { folders, unreadable }
}

async function* childFolders(tree: FileTree, parentId: number): AsyncGenerator<string> {
  let after: number | null = null
  for (;;) {
    const rows: { id: number; name: string }[] = await tree.deps.database.fileEntry.findMany({
      select: { id: true, name: true },
      where: { parentId, isFolder: true, ...(after === null ? {} : { id: { gt: after } }) },
      orderBy: { id: 'asc' },
      take: rowsPerStatement,
    })
    for (const { name } of rows) yield name
    const last = rows.at(-1)
    if (!last || rows.length < rowsPerStatement) return
    after = last.id
  }
}

/** Brings the index up to date with the disk, as a job. */
export function fileIndex(tree: FileTree) {
  return defineJobKind({
    name: 'file_index',
    description: 'Looks for what other programs changed on the disk, so that the search knows it.',
    class: 'MAINTENANCE',
    input: z.strictObject({}),
    result: z.strictObject({ folders: z.int().describe('Looked at.'), unreadable: z.int().describe('Folders that could not be read.') }),
    afterCrash: 'RETRY',
    retry: { attempts: 3, firstMs: 60_000, longestMs: 600_000 },
    cancellable: true,
    schedulable: true,
    subject: () => null,
    locks: () => [{ name: 'file_index', exclusive: true }],
    run: ({ signal, progress }) =>
      indexTree(tree, { signal, onFolder: (done, item) => progress({ done, total: null, unit: 'ITEMS', item }) }),
  })
}
