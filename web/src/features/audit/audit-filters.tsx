'use client'

import { clsx } from 'clsx'
import { Search, SlidersHorizontal, X } from 'lucide-react'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { FilterChoice } from '../../ui/filter-choice'
import { useActionWords } from './action-words'
import { countOf, domains, type Range, ranges, type Wanted } from './filter'

const look =
  'h-9 w-full rounded-control border border-line-strong bg-surface text-sm text-ink placeholder:text-ink-soft transition-colors hover:border-ink-soft focus-visible:border-accent focus-visible:outline-offset-0'
/** After the last key, in milliseconds. */
const typingRest = 300

export function AuditFilters({
  wanted,
  onChange,
}: {
  wanted: Wanted
  onChange: (next: Partial<Wanted>, how?: 'push' | 'replace') => void
}) {
  const t = useTranslations('audit')
  const words = useActionWords()
  const results = ['ok', 'refused', ...(wanted.result && !['ok', 'refused'].includes(wanted.result) ? [wanted.result] : [])]
  const resultWords = (result: string) => (result === 'ok' ? t('result.ok') : result === 'refused' ? t('result.refused') : result)
  const [open, setOpen] = useState(false)
  const others = open ? '' : 'max-lg:hidden'
  return (
    <search className="grid grid-cols-2 gap-2 lg:flex" aria-label={t('filters')}>
      <Typed
        className="max-lg:col-span-2 max-lg:row-start-1 lg:flex-1"
        label={t('filterTarget')}
        value={wanted.target}
        onChange={(target) => onChange({ target })}
        icon={<Search aria-hidden className="size-4" />}
      />
      <Typed className={clsx(others, 'lg:w-36')} label={t('filterActor')} value={wanted.actor} onChange={(actor) => onChange({ actor })} />
      <Typed
        className={clsx(others, 'lg:w-36')}
        label={t('filterAddress')}
        value={wanted.address}
        onChange={(address) => onChange({ address })}
      />
      <FilterChoice
        className={clsx(others, 'lg:w-40')}
        label={t('filterAction')}
        any={t('anyAction')}
        value={wanted.action}
        onChange={(action) => onChange({ action }, 'push')}
        options={[
          ...domains.map((domain) => ({ value: domain, label: t(`domain.${domain}`) })),
          ...(wanted.action.includes('.') ? [{ value: wanted.action, label: words(wanted.action) }] : []),
        ]}
      />
      <FilterChoice
        className={clsx(others, 'lg:w-40')}
        label={t('filterResult')}
        any={t('anyResult')}
        value={wanted.result}
        onChange={(result) => onChange({ result }, 'push')}
        options={results.map((value) => ({ value, label: resultWords(value) }))}
      />
      <FilterChoice
        className={clsx(others, 'lg:w-40')}
        label={t('filterRange')}
        any={t('anyTime')}
        value={wanted.range}
        onChange={(range) => onChange({ range: range as Range | '' }, 'push')}
        options={(Object.keys(ranges) as Range[]).map((value) => ({ value, label: t(`range.${value}`) }))}
      />
      <Button className="lg:hidden" aria-expanded={open} onClick={() => setOpen(!open)}>
        <SlidersHorizontal aria-hidden />
        {t('showFilters', { count: countOf({ ...wanted, target: '' }) })}
      </Button>
      {countOf(wanted) > 0 ? (
        <Button
          look="quiet"
          onClick={() => onChange({ target: '', actor: '', address: '', action: '', result: '', range: '', key: '' }, 'push')}
        >
          <X aria-hidden />
          {t('clear')}
        </Button>
      ) : null}
    </search>
  )
}

function Typed({
  label,
  value,
  onChange,
  icon,
  className,
}: {
  label: string
  value: string
  onChange: (value: string) => void
  icon?: ReactNode
  className?: string
}) {
  const [text, setText] = useState(value)
  // The address may change by itself: back, forward, a filter taken from an entry.
  useEffect(() => setText(value), [value])
  // The newest one, without beginning the wait anew: the page is drawn again with each entry that comes in.
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
    <label className={clsx('relative block', className)}>
      <span className="sr-only">{label}</span>
      {icon ? <span className="pointer-events-none absolute inset-y-0 left-3 flex items-center text-ink-soft">{icon}</span> : null}
      <input
        type="search"
        value={text}
        maxLength={256}
        placeholder={label}
        onChange={(event) => setText(event.target.value)}
        className={clsx(look, icon ? 'pr-3 pl-9' : 'px-3')}
      />
    </label>
  )
}
