'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Dialog } from '../../ui/dialog'
import { CreateKeyForm } from './create-key-form'
import { NewKey } from './new-key'

/** Makes a key, then shows it the one time that it can be seen. */
export function CreateKeyDialog({ onClose, onCreated }: { onClose: () => void; onCreated: () => void }) {
  const t = useTranslations('keys')
  const shell = useTranslations('shell')
  const [text, setText] = useState<string | null>(null)
  const common = { open: true, closeLabel: shell('close') }
  if (text !== null) {
    return (
      <Dialog
        {...common}
        title={t('createdTitle')}
        description={t('createdLead')}
        width="normal"
        onOpenChange={(open) => !open && onClose()}
      >
        <NewKey text={text} onDone={onClose} />
      </Dialog>
    )
  }
  return (
    <Dialog {...common} title={t('add')} description={t('lead')} width="wide" onOpenChange={(open) => !open && onClose()}>
      <CreateKeyForm
        onCancel={onClose}
        onCreated={(created) => {
          setText(created)
          onCreated()
        }}
      />
    </Dialog>
  )
}
