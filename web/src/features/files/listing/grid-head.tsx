// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
'use client'

import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import { useTranslations } from 'use-intl'
import type { FileOrder, FileOrderField } from '../../../graphql/generated/graphql'
import { columns } from './columns'

const heads = [
  { field: 'NAME', label: 'name', place: 'sm:pl-1' },
  { field: 'SIZE', label: 'size', place: 'justify-end max-sm:hidden' },
  { field: 'MODIFIED_AT', label: 'modified', place: 'pl-6 max-sm:hidden' },
] as const satisfies readonly { field: FileOrderField; label: 'name' | 'size' | 'modified'; place: string }[]

/** The order is the server's: a click asks for another one. */
export function GridHead({ order, onSort }: { order: FileOrder; onSort: (field: FileOrderField) => void }) {
  const t = useTranslations('files')
  const Arrow = order.direction === 'ASC' ? ArrowUp : ArrowDown
  return (
    <div role="rowgroup" className="sticky top-0 z-10 border-line border-b bg-surface">
      <div role="row" aria-rowindex={1} className={clsx(columns, 'h-9 items-center pr-1 pl-1 text-xs')}>
        {/* The kind of a file is what its icon shows: sorting by it stands over the icons. */}
        <span role="columnheader" aria-sort={sortOf(order, 'TYPE')} className="grid place-items-center">
          <button
            type="button"
            onClick={() => onSort('TYPE')}
            className="grid h-8 place-items-center rounded-md px-1 font-medium text-ink-soft hover:text-ink"
          >
            {order.field === 'TYPE' ? <Arrow aria-hidden className="size-3.5" /> : null}
            <span className={clsx(order.field === 'TYPE' && 'sr-only')}>{t('type')}</span>
          </button>
        </span>
        {heads.map(({ field, label, place }) => (
          <span key={field} role="columnheader" aria-sort={sortOf(order, field)} className={clsx('flex min-w-0', place)}>
            <button
              type="button"
              onClick={() => onSort(field)}
              className={clsx(
                'flex h-8 items-center gap-1 rounded-md font-medium hover:text-ink',
                order.field === field ? 'text-ink' : 'text-ink-soft',
              )}
            >
              {t(label)}
              {order.field === field ? <Arrow aria-hidden className="size-3.5" /> : null}
            </button>
          </span>
        ))}
        <span role="columnheader" className="pl-2 font-medium text-ink-soft max-lg:hidden">
          {t('owner')}
        </span>
        <span role="columnheader">
          <span className="sr-only">{t('actions')}</span>
        </span>
      </div>
    </div>
  )
}

function sortOf(order: FileOrder, field: FileOrderField): 'ascending' | 'descending' | 'none' {
  if (order.field !== field) return 'none'
  return order.direction === 'ASC' ? 'ascending' : 'descending'
}
