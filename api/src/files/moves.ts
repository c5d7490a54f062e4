import { InvalidInput } from '../platform/errors.ts'
import { FileNotFound, NameTaken, PathOutsideStorage } from './errors.ts'
import type { StoredFile } from './model.ts'
import { kindOf, type OpenFolder } from './open-folder.ts'
import { isWithin, nameOf, parentPath, rootPath, type StoragePath } from './path.ts'
import { type Replaced, type Replacement, replaceFile } from './replacing.ts'
import { clearRow, identityOf } from './rows.ts'
import type { FileTree } from './tree.ts'

export interface Moved {
  readonly file: StoredFile
  readonly from: number
  readonly to: number
  /** The entry whose place was taken. */
  readonly replaced: number | null
}

/**
 * Renames or moves an entry, on the disk first, then in one transaction in the index. Only a file may replace, and only a
 * file: what stood at the target is served until the moment it is replaced, and a folder is never lost to a move.
 */
export async function moveEntry(
  tree: FileTree,
  {
    from,
    to,
    replace,
    by,
  }: { readonly from: StoragePath; readonly to: StoragePath; readonly replace: boolean; readonly by: Replacement['by'] },
): Promise<Moved> {
  if (from.text !== to.text && isWithin(to, from)) throw new InvalidInput('A folder cannot be moved into itself.', 'to')
  await using source = await tree.open(parentPath(from) ?? rootPath, 'from')
  await using target = await tree.open(parentPath(to) ?? rootPath, 'to')
  return await tree.lock([source.row.id, target.row.id], async () => {
    const name = nameOf(from)
    const toName = nameOf(to)
    const stat = await source.folder.look(name)
    if (!stat) throw new FileNotFound(from.text, 'from')
    const kind = kindOf(stat)
    if (kind === 'link') throw new PathOutsideStorage('from')
    if (kind === 'special') throw new FileNotFound(from.text, 'from')
    const row = await tree.adoptLocked(source.row, name, stat)
    if (from.text === to.text) return { file: tree.describe(source, row), from: row.parentId, to: row.parentId, replaced: null }

    const taken = await target.folder.look(toName)
    // The same entry under a name that differs only by case, on a file system that does not tell them apart.
    const isSameEntry =
      taken !== null &&
      identityOf(taken) === identityOf(stat) &&
      source.row.id === target.row.id &&
      name.toLowerCase() === toName.toLowerCase()
    if (taken && !isSameEntry && !(replace && kind === 'file' && taken.isFile())) throw new NameTaken(toName, 'to')
    const arrive = async () => {
      await source.folder.moveOver(name, target.folder, toName)
      // rename(2) does nothing when both names are links to one file: the old one must still go.
      if (!isSameEntry && (await source.folder.look(name))) await source.folder.removeFile(name)
    }
    const old = await tree.change(source, async (): Promise<Replaced | null> => {
      // Two names of one file: nothing is replaced.
      if (taken && !isSameEntry && identityOf(taken) !== identityOf(stat))
        return replaceFile(tree, { place: target, name: toName, taken, by }, arrive)
      await tree.change(target, () => (taken ? arrive() : source.folder.moveTo(name, target.folder, toName, kind)))
      return null
    })
    await syncBoth(source.folder, target.folder, source.row.id === target.row.id)
    const { moved, replaced } = await tree.deps.database.$transaction(async (transaction) => {
      await old?.settle(transaction, row.id)
      const replaced = await clearRow(transaction, { parentId: target.row.id, name: toName, but: row.id })
      return { moved: await tree.relocate(transaction, row, target.row, toName, stat), replaced }
    })
    return { file: tree.describe(target, moved), from: source.row.id, to: target.row.id, replaced }
  })
}

/** The new name first: a power cut in between leaves two names rather than none. */
async function syncBoth(source: OpenFolder, target: OpenFolder, same: boolean): Promise<void> {
  await target.sync()
  if (!same) await source.sync()
}
