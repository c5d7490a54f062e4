'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../../ui/button'
import { Dialog } from '../../../ui/dialog'
import type { Choice } from '../upload/conflict'

/** Three ways out when a name is taken. Closing is leaving it out: nothing is overwritten by accident. */
export function NameConflict({
  name,
  folder,
  replaceable,
  onAnswer,
  children,
}: {
  name: string
  folder: string
  /** A folder is not replaced: what is in it would be lost. */
  replaceable: boolean
  onAnswer: (choice: Choice) => void
  children?: ReactNode
}) {
  const t = useTranslations('files.conflict')
  const shell = useTranslations('shell')
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onAnswer('skip')}
      title={t('title')}
      description={t('lead', { name, folder })}
      closeLabel={shell('close')}
    >
      <div className="grid gap-4">
        {children}
        <div className="grid gap-2 sm:flex sm:justify-end">
          <Button look="quiet" className="max-sm:order-3 max-sm:h-11" onClick={() => onAnswer('skip')}>
            {t('skip')}
          </Button>
          {replaceable ? (
            <Button className="max-sm:order-2 max-sm:h-11" onClick={() => onAnswer('replace')}>
              {t('replace')}
            </Button>
          ) : null}
          <Button look="primary" className="max-sm:order-1 max-sm:h-11" onClick={() => onAnswer('keepBoth')}>
            {t('keepBoth')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
