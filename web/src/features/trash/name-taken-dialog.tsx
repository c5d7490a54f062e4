'use client'

import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { nameOf, parentOf } from '../files/path'
import type { Item } from './use-trash'

/** Asks before something comes back beside what has its name by now. */
export function NameTakenDialog({ item, onKeepBoth, onClose }: { item: Item; onKeepBoth: () => void; onClose: () => void }) {
  const t = useTranslations('trash')
  const shell = useTranslations('shell')
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('takenTitle')}
      description={t('takenLead', { name: item.name, folder: nameOf(parentOf(item.path)) })}
      closeLabel={shell('close')}
    >
      <div className="flex justify-end gap-2">
        <Button look="quiet" className="max-sm:h-11" onClick={onClose}>
          {t('cancel')}
        </Button>
        <Button look="primary" className="max-sm:h-11" onClick={onKeepBoth}>
          {t('keepBoth')}
        </Button>
      </div>
    </Dialog>
  )
}
