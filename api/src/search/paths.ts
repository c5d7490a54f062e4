import { rootId } from '../files/model.ts'
import type { Database } from '../platform/db.ts'

interface Folder {
  readonly parentId: number
  readonly name: string
  readonly ownerId: string | null
}

/** Deeper is no tree that a path could name. */
const deepest = 2_048

/** Where entries stand, by the rows of the folders above them; each folder is read once. */
export class Paths {
  readonly #database: Database
  readonly #folders = new Map<number, Folder | null>()

  constructor(database: Database) {
    this.#database = database
  }

  /** Reads the folders above these, a level at a time. */
  async load(parentIds: readonly number[]): Promise<void> {
    let wanted = new Set(parentIds.filter((id) => id !== rootId && !this.#folders.has(id)))
    for (let level = 0; wanted.size > 0 && level < deepest; level++) {
      const ids = [...wanted]
      const rows = await this.#database.fileEntry.findMany({
        where: { id: { in: ids } },
        select: { id: true, parentId: true, name: true, ownerId: true },
      })
      for (const id of ids) this.#folders.set(id, null)
      for (const { id, ...folder } of rows) this.#folders.set(id, folder)
      wanted = new Set(rows.map(({ parentId }) => parentId).filter((id) => id !== rootId && !this.#folders.has(id)))
    }
  }

  /** The names from the top down to the folder, and whose home that is; null for what is not in the tree any more. `load` it first. */
  find(folderId: number): { readonly segments: readonly string[]; readonly homeOwner: string | null } | null {
    const segments: string[] = []
    let homeOwner: string | null = null
    for (let id = folderId; id !== rootId; ) {
      const folder = this.#folders.get(id)
      if (!folder || segments.length > deepest) return null
      segments.unshift(folder.name)
      homeOwner = folder.ownerId
      id = folder.parentId
    }
    return { segments, homeOwner }
  }
}
