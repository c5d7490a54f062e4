// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, lazy, type ReactNode, Suspense, useEffect, useId, useLayoutEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useNow } from '../../../format/use-now'
import type { FileOrder, FileOrderField } from '../../../graphql/generated/graphql'
import { useNarrow } from '../use-narrow'
import { NARROW_ROW_HEIGHT, ROW_HEIGHT } from './columns'
import { FileRow, type RowHandlers } from './file-row'
import { GridHead } from './grid-head'
import { RowSkeleton } from './row-skeleton'
import { recallPlace, rememberPlace } from './scroll-memory'
import { useColumnsOfTiles } from './use-columns-of-tiles'
import type { Entries } from './use-entries'
import { useFillHeight } from './use-fill-height'
import type { SelectionControl } from './use-selection'
import type { View } from './view'

const TileRow = lazy(async () => ({ default: (await import('./tile-row')).TileRow }))

/** Rows made above and below what is seen. With a tall window about forty stand in the page, of however many. */
const OVERSCAN = 6
const HEAD_HEIGHT = 37
/** As tile-row.tsx draws them: that comes when tiles are wanted. */
const TILE_HEIGHT = 184
/** More than there are rows at once: a row that leaves at one end comes back at the other with other words in it. */
const POOL = 96

export interface FileGridProps {
  label: string
  view: View
  /** What the scroll position is remembered for. */
  memoryKey: string
  entries: Entries
  order: FileOrder
  onSort: (field: FileOrderField) => void
  control: SelectionControl
  handlers: RowHandlers
  /** Answers with the entry that was stood on, when one was. `columns` stand side by side. */
  onKeyDown: (event: KeyboardEvent, page: number, columns: number) => number | null
  dropTarget: string | null
  /** Stands in place of the rows: empty, or not readable. */
  children?: ReactNode
}

/** The list: as tall as all its entries, with only the rows in view in the page. */
export function FileGrid({
  label,
  view,
  memoryKey,
  entries,
  order,
  onSort,
  control,
  handlers,
  onKeyDown,
  dropTarget,
  children,
}: FileGridProps) {
  const t = useTranslations('files')
  const own = useId()
  const narrow = useNarrow()
  const now = useNow(60_000)
  const scroller = useRef<HTMLDivElement>(null)
  const { pages } = entries
  const tiles = view === 'tiles'
  const columns = useColumnsOfTiles(scroller, tiles)
  const height = tiles ? TILE_HEIGHT : narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT
  const total = pages.totalCount
  // Until the first answer: a screen of skeletons.
  const count = total ?? 12
  const { selection, shift } = control
  const rowId = (index: number) => `${own}row${index}`

  useFillHeight(scroller)
  const virtualizer = useVirtualizer({
    count: children ? 0 : Math.ceil(count / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: tiles ? 2 : OVERSCAN,
    scrollPaddingStart: HEAD_HEIGHT,
  })
  useLayoutEffect(() => {
    // It keeps the sizes it has once been told.
    if (height > 0) virtualizer.measure()
  }, [virtualizer, height])

  const rows = virtualizer.getVirtualItems()
  const first = (rows[0]?.index ?? 0) * columns
  const last = Math.min(count - 1, ((rows.at(-1)?.index ?? 0) + 1) * columns - 1)
  useEffect(() => {
    pages.show(first, Math.max(first, last))
  }, [pages, first, last])

  // What is looked at stays under the eye when the list grows or shrinks above it.
  useEffect(() => {
    pages.onShift = (moved) => {
      shift(moved)
      const element = scroller.current
      if (element && element.scrollTop > 0) element.scrollTop += Math.round(moved / columns) * height
    }
    return () => {
      pages.onShift = null
    }
  }, [pages, height, shift, columns])

  const known = total !== null
  useLayoutEffect(() => {
    const element = scroller.current
    if (!known || !element) return
    element.scrollTop = recallPlace(memoryKey)?.top ?? 0
    const save = () => rememberPlace(memoryKey, { top: element.scrollTop, cursor: -1 })
    element.addEventListener('scrollend', save)
    return () => element.removeEventListener('scrollend', save)
  }, [memoryKey, known])

  const { cursor } = selection
  const pressed = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / height) - 1)
    const target = onKeyDown(event, page * columns, columns)
    if (target !== null) virtualizer.scrollToIndex(Math.floor(target / columns), { align: 'auto' })
  }

  const cursorShown = cursor >= first && cursor <= last && rows.length > 0
  if (children) {
    return (
      <div ref={scroller} className="grid content-start">
        {children}
      </div>
    )
  }
  return (
    <>
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={label}
        aria-multiselectable
        aria-rowcount={known ? Math.ceil(count / columns) + 1 : -1}
        aria-busy={!known}
        aria-activedescendant={cursorShown ? rowId(cursor) : undefined}
        aria-describedby={`${own}keys`}
        onKeyDown={pressed}
        className="group/grid relative overflow-y-auto overflow-x-hidden overscroll-contain rounded-card border border-line bg-surface shadow-low focus-visible:outline-offset-0"
      >
        <GridHead order={order} onSort={onSort} />
        <div role="rowgroup" className={known ? 'relative' : 'late relative'} style={{ height: virtualizer.getTotalSize() }}>
          {tiles ? (
            <Suspense fallback={null}>
              {rows.map(({ index: row, start }) => (
                <TileRow
                  key={row % POOL}
                  handlers={handlers}
                  row={row}
                  columns={columns}
                  top={start}
                  entries={Array.from({ length: Math.min(columns, count - row * columns) }, (_, place) => {
                    const index = row * columns + place
                    const entry = pages.at(index)
                    const chosen = entry !== undefined && selection.chosen.has(entry.id)
                    return { index, id: rowId(index), entry, chosen, current: cursor === index, target: dropTarget === entry?.path }
                  })}
                />
              ))}
            </Suspense>
          ) : (
            rows.map(({ index, start }) => {
              const entry = pages.at(index)
              return entry ? (
                <FileRow
                  key={index % POOL}
                  {...handlers}
                  id={rowId(index)}
                  entry={entry}
                  index={index}
                  top={start}
                  height={height}
                  now={now}
                  chosen={selection.chosen.has(entry.id)}
                  current={cursor === index}
                  target={dropTarget === entry.path}
                />
              ) : (
                <RowSkeleton key={index % POOL} id={rowId(index)} index={index} top={start} height={height} />
              )
            })
          )}
        </div>
      </div>
      <p id={`${own}keys`} hidden>
        {t('keys')}
      </p>
    </>
  )
}
