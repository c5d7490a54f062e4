// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useLayoutEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useNow } from '../../../format/use-now'
import type { FileOrder, FileOrderField } from '../../../graphql/generated/graphql'
import { useNarrow } from '../use-narrow'
import { NARROW_ROW_HEIGHT, ROW_HEIGHT } from './columns'
import { FileRow, type RowHandlers } from './file-row'
import { GridHead } from './grid-head'
import { RowSkeleton } from './row-skeleton'
import { recallPlace, rememberPlace } from './scroll-memory'
import type { Entries } from './use-entries'
import { useFillHeight } from './use-fill-height'
import type { SelectionControl } from './use-selection'

/** Rows made above and below what is seen. With a tall window about forty stand in the page, of however many. */
const OVERSCAN = 6
const HEAD_HEIGHT = 37
/** More than there are rows at once: a row that leaves at one end comes back at the other with other words in it. */
const POOL = 96

export interface FileGridProps {
  label: string
  /** What the scroll position is remembered for. */
  memoryKey: string
  entries: Entries
  order: FileOrder
  onSort: (field: FileOrderField) => void
  control: SelectionControl
  handlers: RowHandlers
  /** Answers with the row that was stood on, when one was. */
  onKeyDown: (event: KeyboardEvent, page: number) => number | null
  dropTarget: string | null
  /** Stands in place of the rows: empty, or not readable. */
  children?: ReactNode
}

/** The list: as tall as all its entries, with only the rows in view in the page. */
export function FileGrid({ label, memoryKey, entries, order, onSort, control, handlers, onKeyDown, dropTarget, children }: FileGridProps) {
  const t = useTranslations('files')
  const own = useId()
  const narrow = useNarrow()
  const now = useNow(60_000)
  const scroller = useRef<HTMLDivElement>(null)
  const { pages } = entries
  const height = narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT
  const total = pages.totalCount
  // Until the first answer: a screen of skeletons.
  const count = total ?? 12
  const { selection, shift } = control
  const rowId = (index: number) => `${own}row${index}`

  useFillHeight(scroller)
  const virtualizer = useVirtualizer({
    count: children ? 0 : count,
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: OVERSCAN,
    scrollPaddingStart: HEAD_HEIGHT,
  })
  useLayoutEffect(() => {
    // It keeps the sizes it has once been told.
    if (height > 0) virtualizer.measure()
  }, [virtualizer, height])

  const rows = virtualizer.getVirtualItems()
  const first = rows[0]?.index ?? 0
  const last = rows.at(-1)?.index ?? 0
  useEffect(() => {
    pages.show(first, Math.max(first, last))
  }, [pages, first, last])

  // What is looked at stays under the eye when the list grows or shrinks above it.
  useEffect(() => {
    pages.onShift = (moved) => {
      shift(moved)
      const element = scroller.current
      if (element && element.scrollTop > 0) element.scrollTop += moved * height
    }
    return () => {
      pages.onShift = null
    }
  }, [pages, height, shift])

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
    const page = Math.floor((scroller.current?.clientHeight ?? 400) / height) - 1
    const target = onKeyDown(event, Math.max(1, page))
    if (target !== null) virtualizer.scrollToIndex(target, { align: 'auto' })
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
        aria-rowcount={known ? count + 1 : -1}
        aria-busy={!known}
        aria-activedescendant={cursorShown ? rowId(cursor) : undefined}
        aria-describedby={`${own}keys`}
        onKeyDown={pressed}
        className="group/grid relative overflow-y-auto overflow-x-hidden overscroll-contain rounded-card border border-line bg-surface shadow-low focus-visible:outline-offset-0"
      >
        <GridHead order={order} onSort={onSort} />
        <div role="rowgroup" className={known ? 'relative' : 'late relative'} style={{ height: virtualizer.getTotalSize() }}>
          {rows.map(({ index, start }) => {
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
          })}
        </div>
      </div>
      <p id={`${own}keys`} hidden>
        {t('keys')}
      </p>
    </>
  )
}
