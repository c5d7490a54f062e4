'use client'

import { Search, X } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '../../ui/button'
import { inputLook } from '../../ui/field'
import { FilterChoice } from '../../ui/filter-choice'
import { nameOf, ROOT } from '../files/path'
import { kinds, longestQuery, sizes, times, type Wanted } from './wanted'

/** Long enough not to ask for each letter, short enough not to be noticed. In milliseconds. */
const typingPause = 200

/** What is looked for: the words at once, filters beside them. */
export function SearchBar({ wanted, onChange }: { wanted: Wanted; onChange: (next: Partial<Wanted>, how?: 'push' | 'replace') => void }) {
  const t = useTranslations('search')
  const [typed, setTyped] = useState(wanted.query)
  const change = useRef(onChange)
  useEffect(() => {
    change.current = onChange
  })
  // The address changed by other means than typing here.
  useEffect(() => setTyped(wanted.query), [wanted.query])
  useEffect(() => {
    if (typed === wanted.query) return
    const timer = setTimeout(() => change.current({ query: typed }), typingPause)
    return () => clearTimeout(timer)
  }, [typed, wanted.query])
  return (
    <search className="grid gap-2" aria-label={t('title')}>
      <div className="relative">
        <Search aria-hidden className="pointer-events-none absolute top-3.5 left-3.5 size-5 text-ink-soft" />
        <input
          type="search"
          // biome-ignore lint/a11y/noAutofocus: whoever comes to this page comes to type here.
          autoFocus
          aria-label={t('field')}
          placeholder={t('field')}
          maxLength={longestQuery}
          value={typed}
          onChange={(event) => setTyped(event.target.value)}
          className={`${inputLook} h-12! pl-11 text-base!`}
        />
      </div>
      <div className="grid grid-cols-2 gap-2 sm:flex sm:flex-wrap">
        <FilterChoice
          className="sm:w-44"
          label={t('kindLabel')}
          any={t('anyKind')}
          value={wanted.kind}
          onChange={(kind) => onChange({ kind: kind as Wanted['kind'] }, 'push')}
          options={kinds.map((value) => ({ value, label: t(`kind.${value}`) }))}
        />
        <FilterChoice
          className="sm:w-40"
          label={t('sizeLabel')}
          any={t('anySize')}
          value={wanted.size}
          onChange={(size) => onChange({ size: size as Wanted['size'] }, 'push')}
          options={(Object.keys(sizes) as (keyof typeof sizes)[]).map((value) => ({ value, label: t(`size.${value}`) }))}
        />
        <FilterChoice
          className="sm:w-44"
          label={t('timeLabel')}
          any={t('anyTime')}
          value={wanted.time}
          onChange={(time) => onChange({ time: time as Wanted['time'] }, 'push')}
          options={(Object.keys(times) as (keyof typeof times)[]).map((value) => ({ value, label: t(`time.${value}`) }))}
        />
        {wanted.folder === ROOT ? null : (
          <Button look="quiet" className="max-sm:col-span-2" title={t('everywhere')} onClick={() => onChange({ folder: ROOT }, 'push')}>
            {t('within', { folder: nameOf(wanted.folder) })}
            <X aria-hidden />
          </Button>
        )}
      </div>
    </search>
  )
}
