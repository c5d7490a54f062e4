'use client'

import { useTranslations } from 'use-intl'
import { Dialog } from '../../ui/dialog'
import { CreateUserForm } from './create-user-form'

export function CreateUserDialog({
  open,
  onOpenChange,
  onCreated,
}: {
  open: boolean
  onOpenChange: (open: boolean) => void
  onCreated: () => void
}) {
  const t = useTranslations('people')
  const shell = useTranslations('shell')
  return (
    <Dialog open={open} onOpenChange={onOpenChange} title={t('add')} description={t('dialogLead')} closeLabel={shell('close')}>
      <CreateUserForm
        onCancel={() => onOpenChange(false)}
        onCreated={() => {
          onOpenChange(false)
          onCreated()
        }}
      />
    </Dialog>
  )
}
