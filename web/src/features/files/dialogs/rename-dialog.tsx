'use client'

import { useMutation } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { Dialog } from '../../../ui/dialog'
import type { Entry } from '../listing/entry'
import { joinPath, parentOf, stemLength } from '../path'
import { useUndoMoves } from '../use-undo-moves'
import { MoveFileDocument } from './move-file'
import { NameForm } from './name-form'

export function RenameDialog({ entry, onClose }: { entry: Entry; onClose: () => void }) {
  const t = useTranslations('files')
  const shell = useTranslations('shell')
  const [moveFile] = useMutation(MoveFileDocument)
  const offerUndo = useUndoMoves()
  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('renameTitle', { name: entry.name })} closeLabel={shell('close')}>
      <NameForm
        initial={entry.name}
        selected={stemLength(entry.name, entry.isFolder)}
        action={t('action.rename')}
        onCancel={onClose}
        save={async (name) => {
          if (name !== entry.name) {
            const input = { from: entry.path, to: joinPath(parentOf(entry.path), name), replace: false }
            const moved = (await moveFile({ variables: { input } })).data?.moveFile
            if (!moved) return { code: 'INTERNAL', message: '' }
            if ('code' in moved) return moved
            offerUndo(t('renamed', { name }), [{ from: input.from, to: input.to }])
          }
          onClose()
          return null
        }}
      />
    </Dialog>
  )
}
