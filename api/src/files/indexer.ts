import { z } from 'zod'
import { defineJobKind } from '../jobs/kind.ts'
import type { JobQueue } from '../jobs/queue.ts'
import { Problem } from '../platform/errors.ts'
import type { Log } from '../platform/log.ts'
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

const kindName = 'file_index'
/** A look at the start that takes longer than this goes on as a job: then it can be watched. In milliseconds. */
const unseenMs = 1_000

/** Brings the index up to date when the server starts: what changed while it was away is found at once. */
export class StartIndex {
  readonly #deps: { readonly tree: FileTree; readonly log: Log; readonly queue: JobQueue }
  readonly #stopped = new AbortController()
  #running: Promise<void> = Promise.resolve()

  constructor(deps: { readonly tree: FileTree; readonly log: Log; readonly queue: JobQueue }) {
    this.#deps = deps
  }

  begin(): void {
    this.#running = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#running
  }

  async #run(): Promise<void> {
    const { log, queue, tree } = this.#deps
    const late = AbortSignal.timeout(unseenMs)
    try {
      await indexTree(tree, { signal: AbortSignal.any([late, this.#stopped.signal]), onFolder: () => {} })
    } catch (err) {
      if (this.#stopped.signal.aborted) return
      if (!late.aborted) log.warn({ err }, 'the storage could not be looked through at the start; the next hour tries again')
      else
        await queue
          .add({ kind: 'system', reason: 'start' }, { kind: kindName, input: {} })
          .catch((error: unknown) =>
            log.warn({ err: error }, 'looking through the storage could not become a job; the next hour tries again'),
          )
    }
  }
}

/** Brings the index up to date with the disk, as a job. */
export function fileIndex(tree: FileTree) {
  return defineJobKind({
    name: kindName,
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
