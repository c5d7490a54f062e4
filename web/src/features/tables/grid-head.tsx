// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: what can be pressed is the button inside
import { clsx } from 'clsx'
import { ArrowDown, ArrowUp } from 'lucide-react'
import type { CSSProperties } from 'react'
import { useTranslations } from 'use-intl'
import type { Column } from './table-view'
import type { Wanted } from './wanted'

/** The names of the columns; pressing one sorts by it. */
export function GridHead({
  columns,
  layout,
  onSort,
  order,
}: {
  columns: readonly Column[]
  layout: CSSProperties
  onSort: (column: string) => void
  order: Wanted['sort']
}) {
  const t = useTranslations('tables')
  return (
    <div role="rowgroup" className="sticky top-0 z-10" style={{ minWidth: layout.minWidth }}>
      <div role="row" aria-rowindex={1} style={layout} className="grid h-9 items-center border-line border-b bg-surface text-xs">
        {columns.map(({ name, sortable }) => {
          const sorted = order?.column === name ? order.direction : null
          const Arrow = sorted === 'DESC' ? ArrowDown : ArrowUp
          return (
            <span
              key={name}
              role="columnheader"
              aria-sort={sorted ? (sorted === 'ASC' ? 'ascending' : 'descending') : undefined}
              className="min-w-0 px-2 font-medium text-ink-soft"
            >
              {sortable ? (
                <button
                  type="button"
                  title={t('sortBy', { column: name })}
                  onClick={() => onSort(name)}
                  className={clsx(
                    'flex h-7 max-w-full items-center gap-1 rounded px-2 hover:bg-hover hover:text-ink',
                    sorted && 'text-accent',
                  )}
                >
                  <span className="truncate">{name}</span>
                  {sorted ? <Arrow aria-hidden className="size-3.5 shrink-0" /> : null}
                </button>
              ) : (
                <span className="block truncate px-2" title={t('cannotSort')}>
                  {name}
                </span>
              )}
            </span>
          )
        })}
      </div>
    </div>
  )
}
