// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
import { clsx } from 'clsx'
import { type CSSProperties, memo } from 'react'
import { useTranslations } from 'use-intl'
import { type RowValues, useCellText } from './cell-text'
import type { Column } from './table-view'

export interface GridRowProps {
  readonly id: string
  readonly row: RowValues
  readonly index: number
  readonly columns: readonly Column[]
  readonly layout: CSSProperties
  readonly top: number
  readonly height: number
  readonly chosen: boolean
  readonly current: boolean
  readonly onChoose: (row: number) => void
}

export const GridRow = memo(function GridRow({ chosen, columns, current, height, id, index, layout, onChoose, row, top }: GridRowProps) {
  const t = useTranslations('tables')
  const textOf = useCellText()
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={chosen}
      onClick={() => onChoose(index)}
      style={{ ...layout, top, height }}
      className={clsx(
        'absolute inset-x-0 grid cursor-pointer items-center border-line border-b text-[13px] hover:bg-hover/60',
        chosen && 'bg-accent-soft hover:bg-accent-soft',
        current && 'outline-2 outline-accent -outline-offset-2',
      )}
    >
      {columns.map(({ name, type }) => {
        const text = textOf(type ?? null, row[name])
        return (
          <span
            key={name}
            role="gridcell"
            title={text ?? undefined}
            className={clsx('truncate px-4', (type === 'NUMBER' || type === 'DECIMAL' || type === 'TIME') && 'figures')}
          >
            {text === null ? <span className="text-ink-soft italic">{t('nothing')}</span> : text}
          </span>
        )
      })}
    </div>
  )
})
