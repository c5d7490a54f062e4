// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active cell
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the grid takes the keys for all cells
'use client'

import { clsx } from 'clsx'
import { Check, MoreHorizontal } from 'lucide-react'
import { memo } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../../format/use-format'
import type { Entry } from './entry'
import type { RowHandlers } from './file-row'
import { Thumbnail } from './thumbnail'

export const TILE_HEIGHT = 184

interface TileProps extends RowHandlers {
  entry: Entry
  index: number
  id: string
  chosen: boolean
  current: boolean
  target: boolean
}

const Tile = memo(function Tile(props: TileProps) {
  const { entry, index, chosen, current, target, onPick, onToggle, onOpen, onMenu, hrefOf } = props
  const t = useTranslations('files')
  const format = useFormat()
  return (
    <div
      role="gridcell"
      id={props.id}
      aria-selected={chosen}
      data-index={index}
      data-folder={entry.isFolder && entry.mayWrite ? entry.path : undefined}
      onClick={(event) => onPick(entry, index, event)}
      onDoubleClick={() => onOpen(entry)}
      onContextMenu={(event) => {
        event.preventDefault()
        onMenu(entry, index, { x: event.clientX, y: event.clientY })
      }}
      className={clsx(
        'group relative m-1 grid select-none grid-rows-[minmax(0,1fr)_auto] gap-2 rounded-control p-2',
        target ? 'bg-accent-soft outline-2 outline-accent' : chosen ? 'bg-accent-soft' : 'hover:bg-hover',
        current && !target && 'group-focus-visible/grid:outline-2 group-focus-visible/grid:outline-accent',
      )}
    >
      <Thumbnail entry={entry} className="size-full min-h-0 rounded-control!" iconClass="size-14" />
      <div className="min-w-0 text-center">
        <a
          href={hrefOf(entry)}
          tabIndex={-1}
          draggable={false}
          title={entry.name}
          onClick={(event) => {
            event.preventDefault()
            // With a modifier it is the tile that is meant.
            if (event.ctrlKey || event.metaKey || event.shiftKey) return
            event.stopPropagation()
            onOpen(entry)
          }}
          className="block truncate text-[13px] stale:text-ink-soft hover:underline hover:decoration-line-strong hover:underline-offset-4"
        >
          {entry.name}
        </a>
        <span className="figures block truncate text-ink-soft text-xs">{entry.isFolder ? '\u00a0' : format.bytes(entry.size)}</span>
      </div>
      <button
        type="button"
        tabIndex={-1}
        aria-label={chosen ? t('unchoose', { name: entry.name }) : t('choose', { name: entry.name })}
        onClick={(event) => {
          event.stopPropagation()
          onToggle(entry, index)
        }}
        onDoubleClick={(event) => event.stopPropagation()}
        className={clsx(
          'absolute top-3 left-3 grid size-6 place-items-center rounded-[6px] border shadow-low',
          chosen
            ? 'border-accent bg-accent text-on-accent'
            : 'border-line-strong bg-surface sm:pointer-fine:opacity-0 sm:group-hover:opacity-100',
        )}
      >
        {chosen ? <Check aria-hidden strokeWidth={3} className="size-4" /> : null}
      </button>
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
        className="absolute top-3 right-3 grid size-8 place-items-center rounded-control bg-surface/90 text-ink-soft shadow-low hover:text-ink sm:pointer-fine:opacity-0 sm:group-hover:opacity-100"
      >
        <MoreHorizontal aria-hidden className="size-4" />
      </button>
    </div>
  )
})

export interface TileRowProps {
  handlers: RowHandlers
  /** Entries of this row by their index; undefined for those that are on their way. */
  entries: readonly { index: number; id: string; entry: Entry | undefined; chosen: boolean; current: boolean; target: boolean }[]
  row: number
  columns: number
  top: number
}

/** Pictures side by side: one row of them. */
export function TileRow({ handlers, entries, row, columns, top }: TileRowProps) {
  return (
    <div
      role="row"
      aria-rowindex={row + 2}
      style={{ transform: `translateY(${top}px)`, height: TILE_HEIGHT, gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
      className="absolute inset-x-0 top-0 grid px-1"
    >
      {entries.map(({ entry, index, ...rest }) =>
        entry ? (
          // The place stays, whoever stands in it: scrolling makes no elements anew.
          <Tile key={index % columns} {...handlers} {...rest} entry={entry} index={index} />
        ) : (
          <div key={index % columns} role="gridcell" id={rest.id} aria-busy className="m-1 grid place-items-center p-2">
            <span aria-hidden className="size-full rounded-control bg-hover" />
          </div>
        ),
      )}
    </div>
  )
}
