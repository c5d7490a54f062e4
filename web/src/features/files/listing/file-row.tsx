// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys for all rows
'use client'

import { clsx } from 'clsx'
import { Check, MoreHorizontal } from 'lucide-react'
import { type MouseEvent, memo } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import { formatDay, isRecent } from '../when'
import { columns } from './columns'
import type { Entry } from './entry'
import { Thumbnail } from './thumbnail'

export interface RowHandlers {
  onPick: (entry: Entry, index: number, event: MouseEvent) => void
  onToggle: (entry: Entry, index: number) => void
  onOpen: (entry: Entry) => void
  onMenu: (entry: Entry, index: number, at: { x: number; y: number }) => void
  hrefOf: (entry: Entry) => string
}

export interface FileRowProps extends RowHandlers {
  entry: Entry
  index: number
  id: string
  top: number
  height: number
  chosen: boolean
  current: boolean
  /** Files are dragged over this folder and would land in it. */
  target: boolean
  now: number
}

/** One entry. Plain elements only: forty of these are made in a frame while scrolling. */
export const FileRow = memo(function FileRow(props: FileRowProps) {
  const { entry, index, chosen, current, target, now, onPick, onToggle, onOpen, onMenu, hrefOf } = props
  const t = useTranslations('files')
  const locale = useLocale()
  const format = useFormat()
  const at = Date.parse(entry.modifiedAt)
  const modified = isRecent(at, now) ? format.relative(at, Math.max(at, now)) : formatDay(at, now, locale)
  const size = entry.isFolder ? null : format.bytes(entry.size)
  return (
    <div
      role="row"
      id={props.id}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      data-index={index}
      data-folder={entry.isFolder && entry.mayWrite ? entry.path : undefined}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      onClick={(event) => onPick(entry, index, event)}
      onDoubleClick={() => onOpen(entry)}
      onContextMenu={(event) => {
        event.preventDefault()
        onMenu(entry, index, { x: event.clientX, y: event.clientY })
      }}
      className={clsx(
        columns,
        'group absolute inset-x-0 top-0 select-none items-center border-line border-b pr-1 pl-1',
        target ? 'bg-accent-soft outline-2 outline-accent -outline-offset-2' : chosen ? 'bg-accent-soft' : 'hover:bg-hover',
        current &&
          !target &&
          'group-focus-visible/grid:outline-2 group-focus-visible/grid:outline-accent group-focus-visible/grid:-outline-offset-2',
      )}
    >
      <span role="gridcell" className="grid h-full place-items-center">
        <button
          type="button"
          tabIndex={-1}
          aria-label={chosen ? t('unchoose', { name: entry.name }) : t('choose', { name: entry.name })}
          onClick={(event) => {
            event.stopPropagation()
            onToggle(entry, index)
          }}
          onDoubleClick={(event) => event.stopPropagation()}
          className="grid size-full place-items-center"
        >
          {chosen ? (
            <span className="grid size-[18px] place-items-center rounded-[5px] bg-accent text-on-accent">
              <Check aria-hidden strokeWidth={3} className="size-3.5" />
            </span>
          ) : (
            <>
              <Thumbnail entry={entry} className="size-7 group-hover:pointer-fine:hidden max-sm:size-9" iconClass="size-5" />
              <span className="hidden size-[18px] rounded-[5px] border border-line-strong group-hover:pointer-fine:block" />
            </>
          )}
        </button>
      </span>
      <span role="gridcell" className="min-w-0 pr-3 sm:pl-1">
        <a
          href={hrefOf(entry)}
          tabIndex={-1}
          draggable={false}
          onClick={(event) => {
            // With a modifier it is the row that is meant, or a new tab.
            if (event.ctrlKey || event.metaKey || event.shiftKey) {
              event.preventDefault()
              return
            }
            event.preventDefault()
            event.stopPropagation()
            onOpen(entry)
          }}
          className="block w-fit max-w-full truncate stale:text-ink-soft hover:underline hover:decoration-line-strong hover:underline-offset-4 max-sm:text-[15px]"
        >
          {entry.name}
        </a>
        <span className="figures block truncate text-[13px] text-ink-soft sm:hidden">{size ? `${size} · ${modified}` : modified}</span>
      </span>
      <span role="gridcell" className="figures truncate text-right text-ink-soft max-sm:hidden">
        {size ?? ''}
      </span>
      <span role="gridcell" title={format.moment(at)} className="figures truncate pl-6 text-ink-soft max-sm:hidden">
        {modified}
      </span>
      <span role="gridcell" className="truncate pl-2 text-ink-soft max-lg:hidden">
        {entry.owner?.username ?? ''}
      </span>
      <span role="gridcell" className="grid place-items-center">
        <button
          type="button"
          tabIndex={-1}
          aria-haspopup="menu"
          aria-label={t('actionsFor', { name: entry.name })}
          onClick={(event) => {
            event.stopPropagation()
            const box = event.currentTarget.getBoundingClientRect()
            onMenu(entry, index, { x: box.right, y: box.bottom })
          }}
          onDoubleClick={(event) => event.stopPropagation()}
          className="grid size-9 place-items-center rounded-control text-ink-soft hover:bg-line hover:text-ink max-sm:size-11 sm:pointer-fine:opacity-0 sm:group-hover:opacity-100"
        >
          <MoreHorizontal aria-hidden className="size-4" />
        </button>
      </span>
    </div>
  )
})
