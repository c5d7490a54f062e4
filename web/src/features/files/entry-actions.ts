import { CircleX, Copy, Download, Eye, FolderInput, FolderOpen, History, Link, type LucideIcon, Pencil, Trash2 } from 'lucide-react'
import type { Role } from '../../graphql/generated/graphql'
import { type Entry, mayChange } from './listing/entry'

export type Action = 'open' | 'look' | 'download' | 'link' | 'versions' | 'rename' | 'copy' | 'move' | 'delete' | 'deletePermanently'

/** What a dialog was opened for. */
export type Wish =
  | { kind: 'newFolder' }
  | { kind: 'rename' | 'link' | 'versions' | 'copy' | 'paste' | 'move' | 'deletePermanently'; entries: readonly Entry[] }

export const actionIcons: Record<Action, LucideIcon> = {
  open: FolderOpen,
  look: Eye,
  download: Download,
  versions: History,
  link: Link,
  rename: Pencil,
  copy: Copy,
  move: FolderInput,
  delete: Trash2,
  deletePermanently: CircleX,
}

/** What this person may do with these entries together. What they may not is not offered. */
export function actionsFor(entries: readonly Entry[], role: Role): Action[] {
  const [first] = entries
  if (!first) return []
  const actions: Action[] = []
  const single = entries.length === 1
  if (single) actions.push(first.isFolder ? 'open' : 'look')
  actions.push('download')
  if (single && !first.isFolder) actions.push('link', 'versions')
  const change = entries.every((entry) => mayChange(entry, role))
  if (single && change) actions.push('rename')
  // Whoever sees it may have a copy, where they may write.
  if (role !== 'VIEWER') actions.push('copy')
  return change ? [...actions, 'move', 'delete', 'deletePermanently'] : actions
}
