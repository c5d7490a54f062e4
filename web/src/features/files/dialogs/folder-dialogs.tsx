'use client'

import { lazy } from 'react'
import type { Wish } from '../entry-actions'
import { placeHref } from '../place'
import { goTo } from '../use-place'
import { DeleteDialog } from './delete-dialog'
import { MoveDialog } from './move-dialog'
import { NewFolderDialog } from './new-folder-dialog'
import { RenameDialog } from './rename-dialog'

const CopyDialog = lazy(async () => ({ default: (await import('../copy/copy-dialog')).CopyDialog }))

const VersionsDialog = lazy(async () => ({ default: (await import('../versions/versions-dialog')).VersionsDialog }))
const LinkDialog = lazy(async () => ({ default: (await import('../link/link-dialog')).LinkDialog }))

/** What a folder's actions ask before they are done; loaded with the first of them. */
export function FolderDialogs({
  wish,
  folder,
  onClose,
  onDeleted,
}: {
  wish: Wish
  folder: string
  onClose: () => void
  onDeleted: (ids: readonly string[]) => void
}) {
  if (wish.kind === 'newFolder') return <NewFolderDialog folder={folder} onClose={onClose} onMade={(path) => goTo(placeHref({ path }))} />
  const [first] = wish.entries
  if (!first) return null
  if (wish.kind === 'rename') return <RenameDialog entry={first} onClose={onClose} />
  if (wish.kind === 'link') return <LinkDialog entry={first} onClose={onClose} />
  if (wish.kind === 'copy' || wish.kind === 'paste')
    return <CopyDialog entries={wish.entries} into={wish.kind === 'paste' ? folder : null} onClose={onClose} />
  if (wish.kind === 'versions') return <VersionsDialog entry={first} onClose={onClose} />
  if (wish.kind === 'move') return <MoveDialog entries={wish.entries} onClose={onClose} />
  return <DeleteDialog entries={wish.entries} onClose={onClose} onDeleted={onDeleted} />
}
