import { Copy, Download, Eye, FolderInput, FolderOpen, Link, type LucideIcon, Pencil, Trash2 } from 'lucide-react'
import type { Role } from '../../graphql/generated/graphql'
import { type Entry, mayChange } from './listing/entry'

export type Action = 'open' | 'look' | 'download' | 'link' | 'rename' | 'copy' | 'move' | 'delete'

/** What a dialog was opened for. */
export type Wish = { kind: 'newFolder' } | { kind: 'rename' | 'link' | 'copy' | 'paste' | 'move' | 'delete'; entries: readonly Entry[] }

export const actionIcons: Record<Action, LucideIcon> = {
  open: FolderOpen,
  look: Eye,
  download: Download,
  link: Link,
  rename: Pencil,
  copy: Copy,
  move: FolderInput,
  delete: Trash2,
}

/** What this person may do with these entries together. What they may not is not offered. */
export function actionsFor(entries: readonly Entry[], role: Role): Action[] {
  const [first] = entries
  if (!first) return []
  const actions: Action[] = []
  const single = entries.length === 1
  if (single) actions.push(first.isFolder ? 'open' : 'look')
  actions.push('download')
  if (single && !first.isFolder) actions.push('link')
  const change = entries.every((entry) => mayChange(entry, role))
  if (single && change) actions.push('rename')
  // Whoever sees it may have a copy, where they may write.
  if (role !== 'VIEWER') actions.push('copy')
  return change ? [...actions, 'move', 'delete'] : actions
}
