import type { Actor } from '../auth/model.ts'
import { NameTaken } from '../files/errors.ts'
import { rootId } from '../files/model.ts'
import { nameOf, parentPath, parsePath, reservedName, rootPath } from '../files/path.ts'
import { identityOf } from '../files/rows.ts'
import type { FileTree } from '../files/tree.ts'
import type { Damages } from './damages.ts'
import { DamageSettled } from './errors.ts'
import type { FileDamage } from './model.ts'

const quarantineName = 'quarantine'
/** Parent of what is in quarantine: no path leads there, and nothing there is being removed. */
export const quarantineId = -4

export interface QuarantineDeps {
  readonly tree: FileTree
  readonly damages: Damages
}

/**
 * Damaged files that are kept where nobody takes them for good ones: `.baluhost/quarantine/<id of the damage>`, on the same file system. Their
 * rows stay, with owner and checksum.
 */
export class Quarantine {
  readonly #deps: QuarantineDeps

  constructor(deps: QuarantineDeps) {
    this.#deps = deps
  }

  /** Makes the folder, and puts right what a stop came into the middle of: where the file is, is what counts. Call before anything else. */
  async start(): Promise<void> {
    const { damages, tree } = this.#deps
    const { database, jail } = tree.deps
    await using own = await jail.walk([reservedName])
    try {
      await own.makeFolder(quarantineName)
      await own.sync()
    } catch (error) {
      if (!(error instanceof NameTaken)) throw error
    }
    await using folder = await this.#open()
    for await (const batch of folder.names()) {
      for (const { raw } of batch) {
        const row = await database.fileDamage.findFirst({ where: { id: raw.toString(), state: 'OPEN' } })
        if (!row) continue
        const damage = { ...row, size: Number(row.size) }
        await damages.settle({ kind: 'system', reason: 'start' }, damage, 'QUARANTINED', {
          action: 'integrity.quarantine',
          also: async (transaction) => {
            const data = { parentId: quarantineId, name: row.id }
            await transaction.fileEntry.updateMany({ where: { id: row.entryId }, data })
          },
        })
      }
    }
  }

  #open() {
    return this.#deps.tree.deps.jail.walk([reservedName, quarantineName])
  }

  /** Durable when it returns. Errors: DAMAGE_SETTLED, and what the file system refuses. */
  async take(actor: Actor, damage: FileDamage): Promise<FileDamage> {
    const { damages, tree } = this.#deps
    const path = parsePath(damage.path)
    await using place = await tree.open(parentPath(path) ?? rootPath)
    await using folder = await this.#open()
    const settled = await tree.lock([place.row.id], async () => {
      const name = nameOf(path)
      const row = await this.#rowAt(place.row.id, name)
      const stat = await place.folder.look(name)
      // Another file has the name by now: that one is not damaged.
      if (!stat?.isFile() || row?.id !== damage.entryId || row.identity !== identityOf(stat)) throw new DamageSettled()
      await tree.change(place, () => place.folder.moveOver(name, folder, damage.id))
      await folder.sync()
      await place.folder.sync()
      return damages.settle(actor, damage, 'QUARANTINED', {
        action: 'integrity.quarantine',
        also: async (transaction) => {
          await transaction.fileEntry.update({ where: { id: damage.entryId }, data: { parentId: quarantineId, name: damage.id } })
        },
      })
    })
    if (!settled) throw new DamageSettled()
    tree.publish(place.row.id, { removed: [damage.entryId] })
    return settled
  }

  /** Back to where it was, under the same id. Errors: NAME_TAKEN, FILE_NOT_FOUND (its folder is gone), DAMAGE_SETTLED. */
  async giveBack(actor: Actor, damage: FileDamage, to: 'OPEN' | 'RESOLVED'): Promise<FileDamage> {
    const { damages, tree } = this.#deps
    const path = parsePath(damage.path)
    await using place = await tree.open(parentPath(path) ?? rootPath)
    await using folder = await this.#open()
    const name = nameOf(path)
    const settled = await tree.lock([place.row.id], async () => {
      if (!(await folder.look(damage.id))) throw new DamageSettled()
      await tree.change(place, () => folder.moveTo(damage.id, place.folder, name, 'file'))
      await place.folder.sync()
      await folder.sync()
      const stat = await place.folder.look(name)
      return damages.settle(actor, damage, to, {
        action: 'integrity.restore',
        also: async (transaction) => {
          // A listing in between may have made a row of its own.
          await transaction.fileEntry.deleteMany({ where: { parentId: place.row.id, name, NOT: { id: damage.entryId } } })
          const data = { parentId: place.row.id, name, ...(stat ? { identity: identityOf(stat) } : {}) }
          await transaction.fileEntry.updateMany({ where: { id: damage.entryId }, data })
        },
      })
    })
    if (!settled) throw new DamageSettled()
    tree.publish(place.row.id, { reset: true })
    return settled
  }

  /** Runs `look` on the file in quarantine. */
  async within<T>(look: (folder: Awaited<ReturnType<FileTree['deps']['jail']['walk']>>) => Promise<T>): Promise<T> {
    await using folder = await this.#open()
    return await look(folder)
  }

  async #rowAt(parentId: number, name: string) {
    if (parentId < rootId) return null
    return this.#deps.tree.deps.database.fileEntry.findUnique({ where: { parentId_name: { parentId, name } } })
  }
}
