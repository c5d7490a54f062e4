'use client'

import { Search as SearchIcon, SearchX } from 'lucide-react'
import { useSearchParams } from 'next/navigation'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { ResultRow } from './result-row'
import { SearchBar } from './search-bar'
import { SearchWords } from './search-words'
import { useSearch } from './use-search'
import { graphFilter, parseWanted, searchHref, type Wanted } from './wanted'

/** Files and folders by their names; what is looked for stands in the address. */
export function SearchPage() {
  return (
    <SearchWords>
      <Finder />
    </SearchWords>
  )
}

function Finder() {
  const t = useTranslations('search')
  const address = useSearchParams()
  const wanted = useMemo(() => parseWanted(new URLSearchParams(address)), [address])
  const [now] = useState(() => Date.now())
  const { kind, size, time, folder } = wanted
  const filter = useMemo(() => graphFilter({ query: '', kind, size, time, folder }, now), [kind, size, time, folder, now])
  const found = useSearch(wanted.query, filter)
  const go = (next: Partial<Wanted>, how: 'push' | 'replace' = 'replace') =>
    window.history[`${how}State`](null, '', searchHref({ ...wanted, ...next }))
  return (
    <>
      <PageHeader title={t('title')}>{t('lead')}</PageHeader>
      <div className="grid gap-4">
        <SearchBar wanted={wanted} onChange={go} />
        {wanted.query.trim() ? (
          <Results found={found} />
        ) : (
          <EmptyState icon={SearchIcon} title={t('startTitle')}>
            <p>{t('startBody')}</p>
          </EmptyState>
        )}
      </div>
    </>
  )
}

function Results({ found }: { found: ReturnType<typeof useSearch> }) {
  const t = useTranslations('search')
  const { entries, failure, hasMore, more, reading } = found
  if (failure && entries.length === 0) return <FailureState error={failure} onRetry={more} />
  if (reading && entries.length === 0) return <Skeleton className="h-64 rounded-card!" />
  if (entries.length === 0)
    return (
      <EmptyState icon={SearchX} title={hasMore ? t('noneMore') : t('noneTitle')}>
        {hasMore ? <Button onClick={more}>{t('more')}</Button> : <p>{t('noneBody')}</p>}
      </EmptyState>
    )
  return (
    <section aria-label={t('results')} aria-busy={reading}>
      <p role="status" className="figures mb-2 text-[13px] text-ink-soft">
        {t('count', { count: entries.length, more: String(hasMore) })}
      </p>
      <ul className="overflow-hidden rounded-card border border-line bg-surface">
        {entries.map((entry) => (
          <ResultRow key={entry.id} entry={entry} />
        ))}
      </ul>
      {hasMore ? <More reading={reading} onMore={more} /> : null}
      {failure ? <FailureState error={failure} onRetry={more} /> : null}
    </section>
  )
}

/** Reads on when it comes into view; the button is for who does not scroll. */
function More({ reading, onMore }: { reading: boolean; onMore: () => void }) {
  const t = useTranslations('search')
  const place = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const element = place.current
    if (!element || reading) return
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && onMore(), { rootMargin: '400px' })
    observer.observe(element)
    return () => observer.disconnect()
  }, [reading, onMore])
  return (
    <div ref={place} className="flex justify-center py-4">
      <Button pending={reading} onClick={onMore}>
        {t('more')}
      </Button>
    </div>
  )
}
