'use client'

import { HardDrive } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'

/** Arrays are the kernel's: where it has no driver for them, that is how the machine is, and no failure. */
export function NoDriver({ onRetry }: { onRetry: () => void }) {
  const t = useTranslations('storage')
  return (
    <EmptyState icon={HardDrive} title={t('noDriverTitle')} action={<Button onClick={onRetry}>{t('noDriverRetry')}</Button>}>
      <p>{t('noDriverBody')}</p>
      <p>{t('noDriverNext')}</p>
    </EmptyState>
  )
}
