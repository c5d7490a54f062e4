// biome-ignore-all lint/a11y/useSemanticElements: a virtual list of absolutely placed rows: a table element would lay out and announce only what is in the page
// biome-ignore-all lint/a11y/useFocusableInteractive: the grid has the focus and names the active row
'use client'

import { clsx } from 'clsx'
import { memo } from 'react'
import { useFormat } from '../../format/use-format'
import { useActionWords, useActorWords } from './action-words'
import { ResultPill } from './result-pill'
import type { Entry } from './use-audit-log'

export const rowColumns =
  'grid items-center gap-x-4 px-4 grid-cols-[minmax(0,1fr)_auto] sm:grid-cols-[7.5rem_minmax(0,0.7fr)_minmax(0,1fr)_6rem] md:grid-cols-[7.5rem_minmax(0,0.65fr)_minmax(0,1fr)_minmax(0,1.7fr)_6rem]'

export interface AuditRowProps {
  id: string
  entry: Entry
  index: number
  top: number
  height: number
  now: number
  /** Came in while one looked. */
  fresh: boolean
  chosen: boolean
  current: boolean
  onChoose: (sequence: number) => void
}

export const AuditRow = memo(function AuditRow({ id, entry, index, top, height, now, fresh, chosen, current, onChoose }: AuditRowProps) {
  const format = useFormat()
  const words = useActionWords()
  const actor = useActorWords()
  const at = Date.parse(entry.at)
  // Who signs in is nobody yet: the name that it worked with says who it was.
  const signedIn = entry.actorId === null && entry.action.startsWith('auth.') && entry.result === 'ok'
  const who = (signedIn ? entry.target : null) ?? actor(entry.actorName, entry.actorId)
  const time = (
    <time dateTime={entry.at} title={format.moment(at)} className="figures truncate text-ink-soft">
      {format.relative(at, Math.max(now, at))}
    </time>
  )
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      role="row"
      id={id}
      aria-rowindex={index + 2}
      aria-selected={chosen}
      onClick={() => onChoose(entry.sequence)}
      style={{ transform: `translateY(${top}px)`, height }}
      className={clsx(
        rowColumns,
        'absolute inset-x-0 top-0 cursor-pointer border-line border-b text-[13px] transition-colors hover:bg-hover/60',
        fresh && 'pop-in',
        chosen && 'bg-accent-soft! hover:bg-accent-soft!',
        current && 'ring-2 ring-accent ring-inset',
      )}
    >
      <span role="gridcell" className="truncate max-sm:hidden">
        {time}
      </span>
      <span role="gridcell" className="truncate font-medium max-sm:hidden">
        {who}
      </span>
      <span role="gridcell" className="min-w-0">
        <span className="block truncate">{words(entry.action)}</span>
        <span className="block truncate text-ink-soft text-xs sm:hidden">
          {who}
          {entry.target && entry.target !== who ? ` · ${entry.target}` : ''} · {time}
        </span>
      </span>
      <span role="gridcell" className="truncate text-ink-soft max-md:hidden" title={entry.target ?? undefined}>
        {entry.target}
      </span>
      <span role="gridcell" className="min-w-0">
        <ResultPill result={entry.result} />
      </span>
    </div>
  )
})
