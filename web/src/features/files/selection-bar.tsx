'use client'

import { X } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { Button } from '../../ui/button'
import { type Action, actionIcons } from './entry-actions'
import type { Entry } from './listing/entry'

/** How much is chosen, and what can be done with it. */
export function SelectionBar({
  chosen,
  actions,
  onAction,
  onClear,
}: {
  chosen: readonly Entry[]
  actions: readonly Action[]
  onAction: (action: Action) => void
  onClear: () => void
}) {
  const t = useTranslations('files')
  const format = useFormat()
  const files = chosen.filter((entry) => !entry.isFolder)
  const size = format.bytes(files.reduce((sum, entry) => sum + entry.size, 0))
  return (
    <div className="pop-in flex min-h-11 items-center gap-1 rounded-control bg-accent-soft pr-1.5 pl-1.5">
      <Button look="quiet" size="icon" aria-label={t('clearChoice')} onClick={onClear}>
        <X aria-hidden />
      </Button>
      <p role="status" className="figures min-w-0 flex-1 truncate font-medium">
        {t('chosen', { count: chosen.length })}
        {files.length > 0 ? <span className="font-normal text-ink-soft max-sm:sr-only"> · {size}</span> : null}
      </p>
      {actions
        .filter((action) => action !== 'open' && action !== 'look' && action !== 'deletePermanently' && action !== 'versions')
        .map((action) => {
          const Icon = actionIcons[action]
          return (
            <Button
              key={action}
              look="quiet"
              size="normal"
              aria-label={t(`action.${action}`)}
              onClick={() => onAction(action)}
              className="max-sm:size-11 max-sm:px-0"
            >
              <Icon aria-hidden />
              <span className="max-md:hidden">{t(`action.${action}`)}</span>
            </Button>
          )
        })}
    </div>
  )
}
