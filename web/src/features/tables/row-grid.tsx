// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { Inbox, SearchX } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Skeleton } from '../../ui/skeleton'
import { useFillHeight } from '../files/listing/use-fill-height'
import { widthOf } from './cell-text'
import { GridHead } from './grid-head'
import { GridRow } from './grid-row'
import { useTableName } from './table-name'
import type { Column } from './table-view'
import type { TableRows } from './use-table-rows'
import type { Wanted } from './wanted'

const ROW_HEIGHT = 36
/** Rows before the end of what is here at which the next are asked for. */
const AHEAD = 40

export interface RowGridProps {
  readonly columns: readonly Column[]
  readonly rows: TableRows
  readonly table: string
  readonly order: Wanted['sort']
  readonly chosen: number | null
  readonly filtered: boolean
  readonly onSort: (column: string) => void
  readonly onChoose: (row: number) => void
  readonly onClear: () => void
}

/** The rows, as many as there are; only those in view are in the page. */
export function RowGrid({ chosen, columns, filtered, onChoose, onClear, onSort, order, rows: read, table }: RowGridProps) {
  const t = useTranslations('tables')
  const nameOf = useTableName()
  const own = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(-1)
  const { error, loadMore, loading, next, paused, ready, rows } = read
  useFillHeight(scroller)
  const virtualizer = useVirtualizer({
    count: rows.length + (next === null ? 0 : 1),
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
  })
  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (ready && next !== null && !paused && !error && !loading && last >= rows.length - AHEAD) loadMore()
  }, [ready, next, paused, error, loading, last, rows.length, loadMore])
  // Another question begins at the top.
  useEffect(() => {
    if (ready) return
    setCursor(-1)
    if (scroller.current) scroller.current.scrollTop = 0
  }, [ready])

  const pressed = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / ROW_HEIGHT) - 2)
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }
    const step = steps[event.key]
    if (event.key === 'Enter' && rows[cursor]) onChoose(cursor)
    if (step === undefined || rows.length === 0) return
    event.preventDefault()
    const to = Math.min(rows.length - 1, Math.max(0, cursor + step))
    setCursor(to)
    virtualizer.scrollToIndex(to)
  }

  if (ready && rows.length === 0 && next === null)
    return filtered ? (
      <EmptyState icon={SearchX} title={t('nothingTitle')} action={<Button onClick={onClear}>{t('clear')}</Button>}>
        <p>{t('nothingBody')}</p>
      </EmptyState>
    ) : (
      <EmptyState icon={Inbox} title={t('emptyTitle')}>
        <p>{t('emptyBody')}</p>
      </EmptyState>
    )
  const widths = columns.map(({ name, type }) => widthOf(type ?? null, name))
  const layout = {
    gridTemplateColumns: widths.map((width) => `minmax(${width}rem, ${width}fr)`).join(' '),
    minWidth: `${widths.reduce((sum, width) => sum + width, 0)}rem`,
  }
  return (
    <div
      ref={scroller}
      role="grid"
      tabIndex={0}
      aria-label={t('list', { table: nameOf(table) })}
      aria-rowcount={next === null ? rows.length + 1 : -1}
      aria-colcount={columns.length}
      aria-busy={!ready}
      aria-activedescendant={cursor >= 0 && rows[cursor] ? `${own}${cursor}` : undefined}
      onKeyDown={pressed}
      className="relative overflow-auto overscroll-contain rounded-card border border-line bg-surface shadow-low focus-visible:outline-offset-0"
    >
      <GridHead columns={columns} order={order} layout={layout} onSort={onSort} />
      {ready ? (
        <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize(), minWidth: layout.minWidth }}>
          {items.map(({ index, start }) => {
            const row = rows[index]
            return row ? (
              <GridRow
                key={index}
                id={`${own}${index}`}
                row={row}
                index={index}
                columns={columns}
                layout={layout}
                top={start}
                height={ROW_HEIGHT}
                chosen={index === chosen}
                current={index === cursor}
                onChoose={onChoose}
              />
            ) : (
              <div key="more" role="row" className="absolute inset-x-0" style={{ top: start, height: ROW_HEIGHT }}>
                <span role="gridcell" className="sticky left-0 inline-flex h-full items-center px-4">
                  {error || (paused && !loading) ? (
                    <Button size="small" look={error ? 'secondary' : 'quiet'} onClick={loadMore}>
                      {t(error ? 'moreFailed' : 'goOn')}
                    </Button>
                  ) : (
                    <span className="late text-ink-soft text-xs">{t('loadingMore')}</span>
                  )}
                </span>
              </div>
            )
          })}
        </div>
      ) : (
        <div className="grid gap-2 p-4">
          {Array.from({ length: 9 }, (_, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: all the same, in their order
            <Skeleton key={index} className="h-6" />
          ))}
        </div>
      )}
    </div>
  )
}
