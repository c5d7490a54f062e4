'use client'

import { useMemo } from 'react'
import type { Entry } from '../listing/entry'
import type { Entries } from '../listing/use-entries'
import { neighbourOf, rowOfName } from './neighbours'
import { PreviewDialog } from './preview-dialog'

/** The file that the address names, among the others of its folder. */
export function FolderPreview({
  folder,
  name,
  entries: { pages, version },
  near,
  onGo,
  onClose,
}: {
  folder: string
  name: string
  entries: Entries
  near: number
  onGo: (entry: Entry, index: number) => void
  onClose: () => void
}) {
  // `version` says that the pages hold something else now.
  const row = useMemo(() => (version >= 0 ? rowOfName(pages, name, near) : null), [pages, version, name, near])
  const step = (by: 1 | -1) => () => {
    if (row === null) return
    void neighbourOf(pages, row, by).then((found) => {
      if (found) onGo(found.entry, found.row)
    })
  }
  const entry = row === null ? undefined : pages.at(row)
  const before = row !== null && row > 0 && !pages.at(row - 1)?.isFolder
  const after = row !== null && row < (pages.totalCount ?? 0) - 1
  return (
    <PreviewDialog
      folder={folder}
      name={name}
      state={entry ? `${entry.id} ${entry.size} ${entry.modifiedAt}` : ''}
      onPrevious={before ? step(-1) : null}
      onNext={after ? step(1) : null}
      onClose={onClose}
    />
  )
}
