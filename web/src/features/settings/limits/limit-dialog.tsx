'use client'

import { useTranslations } from 'use-intl'
import { Dialog } from '../../../ui/dialog'
import { LimitForm } from './limit-form'
import type { LimitRow } from './limit-table'
import { hasWords } from './limit-words'

export function LimitDialog({ limit, onClose }: { limit: LimitRow; onClose: () => void }) {
  const t = useTranslations('limits')
  const shell = useTranslations('shell')
  const { name } = limit
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={hasWords(name) ? t(`name.${name}`) : name}
      {...(hasWords(name) ? { description: t(`about.${name}`) } : {})}
      closeLabel={shell('close')}
    >
      <LimitForm limit={limit} onClose={onClose} />
    </Dialog>
  )
}
