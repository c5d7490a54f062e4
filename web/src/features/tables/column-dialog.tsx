'use client'

import { Lock } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import type { Column } from './table-view'

/** Which columns are shown; those that hold secrets are named, and cannot be. */
export function ColumnDialog({
  columns,
  onChange,
  onClose,
  without,
}: {
  columns: readonly Column[]
  onChange: (without: readonly string[]) => void
  onClose: () => void
  without: readonly string[]
}) {
  const t = useTranslations('tables')
  const offered = columns.filter(({ hidden }) => !hidden)
  const last = offered.filter(({ name }) => !without.includes(name)).length === 1
  return (
    <Dialog open onOpenChange={onClose} title={t('columnsTitle')} description={t('columnsLead')} closeLabel={t('close')}>
      <ul className="grid gap-x-4 sm:grid-cols-2">
        {columns.map(({ hidden, name }) => {
          const shown = !hidden && !without.includes(name)
          return (
            <li key={name}>
              {hidden ? (
                <span className="flex min-h-9 items-center gap-2.5 text-ink-soft">
                  <Lock aria-hidden className="size-4 shrink-0" />
                  <span className="min-w-0 truncate">{name}</span>
                  <span className="text-xs">{t('hidden')}</span>
                </span>
              ) : (
                <label className="flex min-h-9 items-center gap-2.5">
                  <input
                    type="checkbox"
                    checked={shown}
                    disabled={shown && last}
                    onChange={() => onChange(shown ? [...without, name] : without.filter((each) => each !== name))}
                    className="size-4 shrink-0 accent-accent"
                  />
                  <span className="min-w-0 truncate">{name}</span>
                </label>
              )}
            </li>
          )
        })}
      </ul>
      {without.length > 0 ? (
        <div className="mt-4 flex justify-end">
          <Button onClick={() => onChange([])}>{t('showAll')}</Button>
        </div>
      ) : null}
    </Dialog>
  )
}
