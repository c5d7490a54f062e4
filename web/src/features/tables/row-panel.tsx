'use client'

import { Check, Copy, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { useNarrow } from '../files/use-narrow'
import { type RowValues, useCellText } from './cell-text'
import type { Column } from './table-view'

/** All columns of one row, beside the table; on a phone above it. */
export function RowPanel({ columns, onClose, row }: { columns: readonly Column[]; onClose: () => void; row: RowValues }) {
  const t = useTranslations('tables')
  const textOf = useCellText()
  const narrow = useNarrow()
  const panel = useRef<HTMLElement>(null)
  useEffect(() => {
    const close = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onClose()
    }
    window.addEventListener('keydown', close)
    return () => window.removeEventListener('keydown', close)
  }, [onClose])
  useEffect(() => {
    if (narrow) panel.current?.scrollIntoView({ block: 'start' })
  }, [narrow])
  return (
    <aside
      ref={panel}
      aria-label={t('details')}
      className="order-first grid gap-4 rounded-card border border-line bg-surface p-5 shadow-low lg:sticky lg:top-20 lg:order-last lg:max-h-[calc(100dvh-6rem)] lg:w-[400px] lg:shrink-0 lg:overflow-y-auto"
    >
      <header className="flex items-center gap-3">
        <h2 className="min-w-0 flex-1 font-semibold text-base">{t('details')}</h2>
        <Button look="quiet" size="icon" aria-label={t('closeDetails')} onClick={onClose} className="-mr-2">
          <X aria-hidden />
        </Button>
      </header>
      <dl className="grid grid-cols-[8.5rem_minmax(0,1fr)] gap-x-4 gap-y-2 text-[13px]">
        {columns.map(({ hidden, name, type }) => {
          const text = hidden ? null : textOf(type ?? null, row[name])
          return (
            <div key={name} className="contents">
              <dt className="truncate text-ink-soft" title={name}>
                {name}
              </dt>
              <dd className="min-w-0 break-words">
                {text === null ? <span className="text-ink-soft italic">{t(hidden ? 'hidden' : 'nothing')}</span> : text}
              </dd>
            </div>
          )
        })}
      </dl>
      <AsJson row={row} />
    </aside>
  )
}

function AsJson({ row }: { row: RowValues }) {
  const t = useTranslations('tables')
  const [state, setState] = useState<'new' | 'copied' | 'failed'>('new')
  const text = JSON.stringify(row, null, 2)
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      setState('failed')
    }
  }
  return (
    <section aria-label={t('asJson')} className="grid grid-cols-[minmax(0,1fr)] gap-2">
      <pre className="select-all whitespace-pre-wrap break-words rounded-control border border-line bg-canvas p-3 font-mono text-[12px] leading-5">
        {text}
      </pre>
      <Button onClick={() => void copy()}>
        {state === 'copied' ? <Check aria-hidden /> : <Copy aria-hidden />}
        <span aria-live="polite">{t(state === 'copied' ? 'copied' : 'copy')}</span>
      </Button>
      {/* Browsers give pages the clipboard over TLS alone; marking and copying works anywhere. */}
      <p role="alert" className="text-[13px] text-bad empty:hidden">
        {state === 'failed' ? t('copyFailed') : null}
      </p>
    </section>
  )
}
