import type { BigIntStats } from 'node:fs'
import type { DatabaseTransaction } from '../platform/db.ts'
import { NameTaken } from './errors.ts'
import type { StoredFile } from './model.ts'
import type { OpenFolder } from './open-folder.ts'
import { childPath, nameOf, parentPath, parsePath, rootPath, type StoragePath } from './path.ts'
import { type Author, type Replaced, replaceFile } from './replacing.ts'
import { factsOf } from './rows.ts'
import { spoolNameOf } from './spool.ts'
import type { SpoolIo } from './spool-writer.ts'
import type { FileTree, Place } from './tree.ts'
import { nextName } from './upload-names.ts'
import type { UploadRow } from './uploads.ts'

/** A whole upload whose bytes are durable, on its way to its name. */
export interface Publication {
  readonly row: UploadRow
  /** False: there is no row yet; the whole upload came with its declaration. */
  readonly hasRow: boolean
  readonly sha256: string | null
  readonly by: Author
  /** Of the spooled file as it is now, with the times that it shall have. */
  readonly stat: BigIntStats
}

interface Waiting extends Publication {
  readonly resolve: (file: StoredFile) => void
  readonly reject: (error: unknown) => void
}

/** One that stands under its name, and is not yet recorded. */
interface Named {
  readonly waiting: Waiting
  readonly name: string
  /** What became of the file that stood there; null where none did. */
  readonly replaced: Replaced | null
}

/** So many get their names with one sync; more wait for the next. */
const mostAtOnce = 128
/** Names that are tried for one file before it is given up. */
const mostTries = 10_000

/**
 * Gives whole uploads their names. Those that wait for the same folder at the same time go together: their names first, then
 * one sync of the folder for all, then one transaction for all rows, and only then is anybody told. While one group is being
 * synced the next one gathers, so that nobody waits for more than it takes to begin and end one sync of their own.
 */
export class UploadPublisher {
  readonly #tree: FileTree
  readonly #openSpool: () => Promise<OpenFolder>
  readonly #syncFolder: (folder: OpenFolder) => Promise<void>
  readonly #queues = new Map<string, Waiting[]>()

  constructor(tree: FileTree, openSpool: () => Promise<OpenFolder>, io: Pick<SpoolIo, 'syncFolder'>) {
    this.#tree = tree
    this.#openSpool = openSpool
    this.#syncFolder = io.syncFolder ?? ((folder) => folder.sync())
  }

  /** Returns once the file stands durably under its name. Errors: NAME_TAKEN, FILE_NOT_FOUND, NOT_A_FOLDER, STORAGE_READ_ONLY. */
  publish(publication: Publication): Promise<StoredFile> {
    const { promise, resolve, reject } = Promise.withResolvers<StoredFile>()
    const folder = (parentPath(parsePath(publication.row.path)) ?? rootPath).text
    const waiting: Waiting = { ...publication, resolve, reject }
    const queue = this.#queues.get(folder)
    if (queue) queue.push(waiting)
    else {
      this.#queues.set(folder, [waiting])
      void this.#work(folder)
    }
    return promise
  }

  async #work(folder: string): Promise<void> {
    // Whoever comes in the same turn goes with the first.
    await null
    for (let queue = this.#queues.get(folder); queue && queue.length > 0; queue = this.#queues.get(folder)) {
      const group = queue.splice(0, mostAtOnce)
      try {
        await this.#publishGroup(parsePath(folder), group)
      } catch (error) {
        for (const { reject } of group) reject(error)
      }
    }
    this.#queues.delete(folder)
  }

  async #publishGroup(folder: StoragePath, group: readonly Waiting[]): Promise<void> {
    await using place = await this.#tree.open(folder)
    await using spool = await this.#openSpool()
    await this.#tree.lock([place.row.id], async () => {
      const named = await this.#tree.change(place, () => this.#nameAll(place, spool, group))
      if (named.length === 0) return
      try {
        await this.#syncFolder(place.folder)
      } catch (error) {
        for (const each of named) await this.#refuse(place, each, error)
        return
      }
      await this.#recordAll(place, named)
    })
  }

  /** At the same time, but for those that want the same name: who came first gets it. */
  async #nameAll(place: Place, spool: OpenFolder, group: readonly Waiting[]): Promise<Named[]> {
    const byName = Map.groupBy(group, ({ row }) => row.path)
    const named = await Promise.all(
      [...byName.values()].map(async (rivals) => {
        const done: Named[] = []
        for (const waiting of rivals) {
          try {
            done.push(await this.#name(place, spool, waiting))
          } catch (error) {
            waiting.reject(error)
          }
        }
        return done
      }),
    )
    return named.flat()
  }

  async #name(place: Place, spool: OpenFolder, waiting: Waiting): Promise<Named> {
    const { row } = waiting
    const source = spoolNameOf(row)
    let name = nameOf(parsePath(row.path))
    for (let tries = 0; tries < mostTries; tries++) {
      // To be given a free name is refused by the disk itself when it is not.
      const taken = row.ifExists === 'FAIL' ? null : await place.folder.look(name)
      if (taken && row.ifExists === 'REPLACE') {
        if (!taken.isFile()) throw new NameTaken(name)
        const arrive = () => spool.moveOver(source, place.folder, name)
        return { waiting, name, replaced: await replaceFile(this.#tree, { place, name, taken, by: waiting.by }, arrive) }
      }
      if (!taken) {
        // Written down first: stopped after the file got its name, the next start looks for it under that.
        if (tries > 0 && waiting.hasRow) await this.#rename(place, row, name)
        try {
          await spool.linkTo(source, place.folder, name)
          return { waiting, name, replaced: null }
        } catch (error) {
          if (!(error instanceof NameTaken) || row.ifExists === 'FAIL') throw error
          // Somebody was faster: a file that may be replaced is replaced, and another name is tried next.
          if (row.ifExists === 'REPLACE') continue
        }
      }
      name = nextName(name)
    }
    throw new NameTaken(name)
  }

  async #rename(place: Place, row: UploadRow, name: string): Promise<void> {
    await this.#tree.deps.database.upload.updateMany({ where: { id: row.id }, data: { path: childPath(place.path, name).text } })
  }

  async #recordAll(place: Place, named: readonly Named[]): Promise<void> {
    try {
      const files = await recordUploads(this.#tree, place, named)
      for (const [index, { waiting }] of named.entries()) waiting.resolve(files[index] as StoredFile)
    } catch (error) {
      if (named.length === 1) return this.#refuse(place, named[0] as Named, error)
      // One of them spoils it for all: each on its own.
      for (const each of named) await this.#recordAll(place, [each])
    }
  }

  /** Whoever is told that it failed tries again: into a spooled file that nobody can see, or the try would cut the visible one. */
  async #refuse(place: Place, { waiting, name, replaced }: Named, error: unknown): Promise<void> {
    if (!replaced && (await place.folder.look(name).catch(() => null))?.ino === waiting.stat.ino)
      await place.folder.removeFile(name).catch(() => {})
    waiting.reject(error)
  }
}

/** The rows of uploads that stand under their names in this folder, whose lock the caller holds. All or none. */
export async function recordUploads(
  tree: FileTree,
  place: Place,
  named: readonly { waiting: Publication; name: string; replaced: Replaced | null }[],
): Promise<StoredFile[]> {
  const entries = await tree.deps.database.$transaction(async (transaction) => {
    const names = named.map(({ name }) => name)
    const known = new Set(
      (await transaction.fileEntry.findMany({ select: { name: true }, where: { parentId: place.row.id, name: { in: names } } })).map(
        ({ name }) => name,
      ),
    )
    const entryOf = async ({ replaced, waiting, name }: (typeof named)[number]) => {
      const { id, ownerId } = await tree.adoptLocked(place.row, name, waiting.stat, transaction)
      const data = { sha256: waiting.sha256, ownerId: place.homeOwner ?? waiting.by.id ?? ownerId }
      await replaced?.settle(transaction, id)
      return transaction.fileEntry.update({ where: { id }, data })
    }
    const made = await transaction.fileEntry.createManyAndReturn({
      data: named
        .filter(({ name }) => !known.has(name))
        .map(({ waiting, name }) => ({
          ...factsOf(name, waiting.stat),
          parentId: place.row.id,
          ownerId: place.homeOwner ?? waiting.by.id ?? place.row.ownerId,
          sha256: waiting.sha256,
        })),
    })
    const byName = new Map(made.map((entry) => [entry.name, entry]))
    // Of one name that two of the group replaced in turn, the last is what stands there.
    for (const each of named) if (known.has(each.name)) byName.set(each.name, await entryOf(each))
    await recordRows(transaction, place, named, (name) => byName.get(name)?.id ?? null)
    return named.map(({ name }) => byName.get(name))
  })
  return entries.flatMap((entry) => (entry ? [tree.describe(place, entry)] : []))
}

async function recordRows(
  transaction: DatabaseTransaction,
  place: Place,
  named: readonly { waiting: Publication; name: string }[],
  entryIdOf: (name: string) => number | null,
): Promise<void> {
  const ended = (row: UploadRow, name: string) => ({
    state: 'DONE' as const,
    path: childPath(place.path, name).text,
    length: row.length ?? 0n,
    durableOffset: row.length ?? 0n,
    entryId: entryIdOf(name),
  })
  const fresh = named.filter(({ waiting }) => !waiting.hasRow)
  if (fresh.length > 0)
    await transaction.upload.createMany({ data: fresh.map(({ waiting, name }) => ({ ...waiting.row, ...ended(waiting.row, name) })) })
  for (const { waiting, name } of named) {
    if (!waiting.hasRow) continue
    const { row } = waiting
    await transaction.upload.update({ where: { id: row.id }, data: ended(row, name) })
    // Its parts have ended with it, and remember what they became part of.
    if (row.role === 'FINAL' && row.concat)
      await transaction.upload.updateMany({
        where: { id: { in: partIdsOf(row.concat) }, ownerId: row.ownerId },
        data: { state: 'DONE', concat: row.id },
      })
  }
}

/** The ids in `Upload-Concat: final;/uploads/a /uploads/b`, in their order. */
export function partIdsOf(concat: string): string[] {
  return concat
    .slice(concat.indexOf(';') + 1)
    .split(' ')
    .filter(Boolean)
    .map((url) => url.slice(url.lastIndexOf('/') + 1))
}
