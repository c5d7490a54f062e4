// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
'use client'

import { useVirtualizer } from '@tanstack/react-virtual'
import { ArrowUp, ScrollText, SearchX } from 'lucide-react'
import { type KeyboardEvent, useEffect, useId, useLayoutEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useNow } from '../../format/use-now'
import { FailureState } from '../../graphql/failure-state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Skeleton } from '../../ui/skeleton'
import { useFillHeight } from '../files/listing/use-fill-height'
import { useNarrow } from '../files/use-narrow'
import { AuditRow, rowColumns } from './audit-row'
import { countOf, type Wanted } from './filter'
import type { AuditLog } from './use-audit-log'

const ROW_HEIGHT = 40
const NARROW_ROW_HEIGHT = 60
/** Rows before the end of what is here at which older ones are asked for. */
const AHEAD = 60

export interface AuditListProps {
  log: AuditLog
  wanted: Wanted
  chosen: number | null
  onChoose: (sequence: number) => void
  onClear: () => void
}

/** Newest first, as long as the log is; new rows come in at the top while nobody reads further down. */
export function AuditList({ log, wanted, chosen, onChoose, onClear }: AuditListProps) {
  const t = useTranslations('audit')
  const own = useId()
  const narrow = useNarrow()
  const now = useNow(60_000)
  const scroller = useRef<HTMLDivElement>(null)
  const [cursor, setCursor] = useState(-1)
  const { rows, waiting, next } = log.window
  const height = narrow ? NARROW_ROW_HEIGHT : ROW_HEIGHT
  useFillHeight(scroller)
  const virtualizer = useVirtualizer({
    count: rows.length + (next === null ? 0 : 1),
    getScrollElement: () => scroller.current,
    estimateSize: () => height,
    overscan: 10,
    getItemKey: (index) => rows[index]?.sequence ?? 'more',
  })
  useLayoutEffect(() => {
    if (height > 0) virtualizer.measure()
  }, [virtualizer, height])

  const items = virtualizer.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  const { loadMore } = log
  useEffect(() => {
    if (next !== null && last >= rows.length - AHEAD) loadMore()
  }, [next, last, rows.length, loadMore])

  const reading = useRef({ scrolled: false, over: false })
  const holdBy = (what: Partial<typeof reading.current>) => {
    Object.assign(reading.current, what)
    log.hold(reading.current.scrolled || reading.current.over)
  }
  const toTop = () => {
    log.showWaiting()
    setCursor(-1)
    if (scroller.current) scroller.current.scrollTop = 0
  }
  const pressed = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 400) / height) - 1)
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -rows.length, End: rows.length }
    const step = steps[event.key]
    const row = rows[cursor]
    if (event.key === 'Enter' && row) onChoose(row.sequence)
    if (step === undefined) return
    event.preventDefault()
    const to = Math.min(rows.length - 1, Math.max(0, cursor + step))
    setCursor(to)
    virtualizer.scrollToIndex(to)
  }

  if (log.ready && rows.length === 0 && next === null && !log.error)
    return countOf(wanted) > 0 ? (
      <EmptyState icon={SearchX} title={t('nothingTitle')} action={<Button onClick={onClear}>{t('clear')}</Button>}>
        <p>{t('nothingBody')}</p>
      </EmptyState>
    ) : (
      <EmptyState icon={ScrollText} title={t('emptyTitle')}>
        <p>{t('emptyBody')}</p>
      </EmptyState>
    )
  if (log.error && rows.length === 0) return <FailureState error={log.error} onRetry={log.retry} />
  return (
    <div className="relative">
      {waiting.length > 0 ? (
        <div className="pointer-events-none absolute inset-x-0 top-12 z-20 flex justify-center">
          <Button look="primary" size="small" className="pop-in pointer-events-auto rounded-full! shadow-high" onClick={toTop}>
            <ArrowUp aria-hidden />
            {t('waiting', { count: waiting.length })}
          </Button>
        </div>
      ) : null}
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        aria-label={t('list')}
        aria-rowcount={next === null ? rows.length + 1 : -1}
        aria-busy={!log.ready}
        aria-activedescendant={cursor >= 0 && rows[cursor] ? `${own}${rows[cursor].sequence}` : undefined}
        onKeyDown={pressed}
        onScroll={(event) => holdBy({ scrolled: event.currentTarget.scrollTop > height })}
        onPointerEnter={() => holdBy({ over: true })}
        onPointerLeave={() => {
          holdBy({ over: false })
          // Who only rested the pointer here has missed nothing and sees it now.
          if (!reading.current.scrolled) log.showWaiting()
        }}
        className="relative overflow-y-auto overflow-x-hidden overscroll-contain rounded-card border border-line bg-surface shadow-low focus-visible:outline-offset-0"
      >
        <div
          role="row"
          aria-rowindex={1}
          className={`${rowColumns} sticky top-0 z-10 h-9 border-line border-b bg-surface font-medium text-ink-soft text-xs max-sm:hidden!`}
        >
          {(['time', 'actor', 'actionHead', 'target', 'resultHead'] as const).map((name) => (
            <span key={name} role="columnheader" className={name === 'target' ? 'max-md:hidden' : ''}>
              {t(name)}
            </span>
          ))}
        </div>
        {log.ready ? (
          <div role="rowgroup" className="relative" style={{ height: virtualizer.getTotalSize() }}>
            {items.map(({ index, start, key }) => {
              const entry = rows[index]
              return entry ? (
                <AuditRow
                  key={key}
                  id={`${own}${entry.sequence}`}
                  entry={entry}
                  index={index}
                  top={start}
                  height={height}
                  now={now}
                  fresh={entry.sequence > log.seenFrom}
                  chosen={entry.sequence === chosen}
                  current={index === cursor}
                  onChoose={onChoose}
                />
              ) : (
                <div key={key} className="absolute inset-x-0 flex items-center justify-center" style={{ top: start, height }}>
                  {log.error ? (
                    <Button size="small" onClick={log.retry}>
                      {t('moreFailed')}
                    </Button>
                  ) : (
                    <span className="late text-ink-soft text-xs">{t('searching')}</span>
                  )}
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
    </div>
  )
}
