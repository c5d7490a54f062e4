import { CircleX, Copy, Download, Eye, FolderInput, FolderOpen, History, type LucideIcon, Pencil, Trash2 } from 'lucide-react'
import type { Role } from '../../graphql/generated/graphql'
import { type Entry, mayChange } from './listing/entry'

export type Action = 'open' | 'look' | 'download' | 'versions' | 'rename' | 'copy' | 'move' | 'delete' | 'deletePermanently'

/** What a dialog was opened for. */
export type Wish =
  | { kind: 'newFolder' }
  | { kind: 'rename' | 'versions' | 'copy' | 'paste' | 'move' | 'deletePermanently'; entries: readonly Entry[] }

export const actionIcons: Record<Action, LucideIcon> = {
  open: FolderOpen,
  look: Eye,
  download: Download,
  versions: History,
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
  if (entries.every((entry) => !entry.isFolder)) actions.push('download')
  if (single && !first.isFolder) actions.push('versions')
  const change = entries.every((entry) => mayChange(entry, role))
  if (single && change) actions.push('rename')
  // Whoever sees it may have a copy, where they may write.
  if (role !== 'VIEWER') actions.push('copy')
  return change ? [...actions, 'move', 'delete', 'deletePermanently'] : actions
}

/** Hands files to the browser's own downloads, one after the other: together some browsers keep only the last. */
export async function downloadEntries(entries: readonly Entry[]) {
  for (const [index, entry] of entries.entries()) {
    if (index > 0) await new Promise((resolve) => setTimeout(resolve, 400))
    const link = document.createElement('a')
    link.href = `${entry.downloadUrl}?download`
    link.download = entry.name
    document.body.append(link)
    link.click()
    link.remove()
  }
}
