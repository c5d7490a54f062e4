'use client'

import { Columns3, ListFilter, Search, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { ColumnDialog } from './column-dialog'
import { FilterDialog } from './filter-dialog'
import type { Table } from './table-view'
import { useFilterWords } from './use-filter-words'
import type { Wanted } from './wanted'

const look =
  'h-9 w-full rounded-control border border-line bg-surface pr-3 pl-9 text-ink shadow-low placeholder:text-ink-soft focus-visible:outline-offset-0'
/** In milliseconds: who types on is not done. */
const typingRest = 300

/** What is looked for, each condition as something that can be taken away. */
export function FilterBar({
  action,
  onChange,
  table,
  wanted,
}: {
  action: ReactNode
  onChange: (next: Partial<Wanted>, how?: 'push' | 'replace') => void
  table: Table
  wanted: Wanted
}) {
  const t = useTranslations('tables')
  const words = useFilterWords(table.columns)
  const [open, setOpen] = useState<'filter' | 'columns' | null>(null)
  const { filters, search, without } = wanted
  return (
    <search className="grid gap-2">
      <div className="flex flex-wrap gap-2">
        <SearchField value={search} onChange={(text) => onChange({ search: text }, 'replace')} />
        <Button onClick={() => setOpen('filter')}>
          <ListFilter aria-hidden />
          {t('addFilter')}
        </Button>
        <Button onClick={() => setOpen('columns')}>
          <Columns3 aria-hidden />
          {t('columns')}
        </Button>
        {action}
      </div>
      {filters.length > 0 ? (
        <ul aria-label={t('filters')} className="flex flex-wrap items-center gap-2">
          {filters.map((filter, at) => (
            <li key={`${filter.column} ${filter.operator} ${filter.value} ${filter.upTo}`} className="max-w-full">
              <button
                type="button"
                aria-label={t('removeFilter', { filter: words(filter) })}
                onClick={() => onChange({ filters: filters.filter((_, index) => index !== at) })}
                className="flex h-8 max-w-full items-center gap-1.5 rounded-full border border-accent bg-accent-soft px-3 text-[13px] text-accent hover:bg-hover"
              >
                <span className="truncate">{words(filter)}</span>
                <X aria-hidden className="size-3.5 shrink-0" />
              </button>
            </li>
          ))}
          <li>
            <Button look="quiet" size="small" onClick={() => onChange({ filters: [], search: '' })}>
              {t('clear')}
            </Button>
          </li>
        </ul>
      ) : null}
      {open === 'filter' ? (
        <FilterDialog
          columns={table.columns}
          onClose={() => setOpen(null)}
          onAdd={(filter) => {
            setOpen(null)
            onChange({ filters: [...filters, filter] })
          }}
        />
      ) : null}
      {open === 'columns' ? (
        <ColumnDialog
          columns={table.columns}
          without={without}
          onClose={() => setOpen(null)}
          onChange={(next) => onChange({ without: next }, 'replace')}
        />
      ) : null}
    </search>
  )
}

function SearchField({ onChange, value }: { onChange: (text: string) => void; value: string }) {
  const t = useTranslations('tables')
  const [text, setText] = useState(value)
  // The address may change by itself: back, forward.
  useEffect(() => setText(value), [value])
  const change = useRef(onChange)
  useEffect(() => {
    change.current = onChange
  })
  useEffect(() => {
    if (text.trim() === value) return
    const timer = setTimeout(() => change.current(text.trim()), typingRest)
    return () => clearTimeout(timer)
  }, [text, value])
  return (
    <label className="relative block min-w-0 flex-1 basis-56 sm:max-w-md">
      <span className="sr-only">{t('searchLabel')}</span>
      <Search aria-hidden className="pointer-events-none absolute top-2.5 left-3 size-4 text-ink-soft" />
      <input
        type="search"
        value={text}
        maxLength={256}
        placeholder={t('searchLabel')}
        onChange={(event) => setText(event.target.value)}
        className={look}
      />
    </label>
  )
}
