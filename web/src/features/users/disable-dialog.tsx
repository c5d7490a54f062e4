'use client'

import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'

export function DisableDialog({
  name,
  failure,
  pending,
  onClose,
  onConfirm,
}: {
  name: string
  failure: string | undefined
  pending: boolean
  onClose: () => void
  onConfirm: () => void
}) {
  const t = useTranslations('people')
  const shell = useTranslations('shell')
  return (
    <Dialog open onOpenChange={(next) => !next && onClose()} title={t('person.disableTitle', { name })} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t('person.disableBody', { name })}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" pending={pending} onClick={onConfirm}>
            {t('person.disable')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
