'use client'

import { useMutation } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { Dialog } from '../../../ui/dialog'
import { joinPath, nameOf } from '../path'
import { CreateFolderDocument } from './create-folder'
import { NameForm } from './name-form'

export function NewFolderDialog({ folder, onClose, onMade }: { folder: string; onClose: () => void; onMade: (path: string) => void }) {
  const t = useTranslations('files')
  const shell = useTranslations('shell')
  const [createFolder] = useMutation(CreateFolderDocument)
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('newFolder')}
      description={t('newFolderIn', { folder: nameOf(folder) })}
      closeLabel={shell('close')}
    >
      <NameForm
        initial=""
        selected={0}
        action={t('create')}
        onCancel={onClose}
        save={async (name) => {
          const { data } = await createFolder({ variables: { input: { path: joinPath(folder, name) } } })
          const made = data?.createFolder
          if (!made) return { code: 'INTERNAL', message: '' }
          if ('code' in made) return made
          onMade(made.path)
          onClose()
          return null
        }}
      />
    </Dialog>
  )
}
