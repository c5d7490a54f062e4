'use client'

import { useQuery } from '@apollo/client/react'
import { X } from 'lucide-react'
import { type ReactNode, useEffect, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Skeleton } from '../../ui/skeleton'
import { useNarrow } from '../files/use-narrow'
import { useActionWords, useActorWords } from './action-words'
import { ChangeTable, readable } from './change-table'
import type { Wanted } from './filter'
import { ResultPill } from './result-pill'

export const AuditEntryDocument = graphql(`
  query AuditEntry($after: String!) {
    auditLog(first: 1, after: $after) {
      nodes {
        id
        sequence
        at
        actorId
        actorName
        keyId
        address
        client
        requestId
        action
        target
        result
        hash
        changes {
          name
          before
          after
        }
        details {
          name
          value
        }
      }
    }
  }
`)

export interface EntryPanelProps {
  sequence: number
  onClose: () => void
  /** Looks for all that have this in common. */
  onFilter: (next: Partial<Wanted>) => void
}

/** All that is known about one entry, beside the list; on a phone above it. */
export function EntryPanel({ sequence, onClose, onFilter }: EntryPanelProps) {
  const t = useTranslations('audit')
  const format = useFormat()
  const words = useActionWords()
  const actor = useActorWords()
  const narrow = useNarrow()
  const panel = useRef<HTMLElement>(null)
  const { data, error, refetch } = useQuery(AuditEntryDocument, { variables: { after: String(sequence + 1) }, fetchPolicy: 'no-cache' })
  const found = data?.auditLog.nodes[0]
  const entry = found?.sequence === sequence ? found : null
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
      <header className="flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h2 className="font-semibold text-base">
            {entry ? <Same onPress={() => onFilter({ action: entry.action })}>{words(entry.action)}</Same> : t('entryNumber', { sequence })}
          </h2>
          {entry ? <p className="text-ink-soft text-xs">{format.moment(Date.parse(entry.at))}</p> : null}
        </div>
        {entry ? <ResultPill result={entry.result} /> : null}
        <Button look="quiet" size="icon" aria-label={t('closeDetails')} onClick={onClose} className="-mt-1.5 -mr-2">
          <X aria-hidden />
        </Button>
      </header>
      {entry ? (
        <>
          <dl className="grid grid-cols-[6.5rem_minmax(0,1fr)] gap-x-4 gap-y-2 text-[13px]">
            <Fact name={t('actor')}>
              <Same onPress={() => onFilter({ actor: entry.actorId ?? entry.actorName })}>{actor(entry.actorName, entry.actorId)}</Same>
              {entry.keyId ? (
                <span className="block text-ink-soft">
                  <Same onPress={() => onFilter({ key: entry.keyId ?? '' })}>{t('byKey')}</Same>
                </span>
              ) : null}
            </Fact>
            {entry.target === null ? null : (
              <Fact name={t('target')}>
                <Same onPress={() => onFilter({ target: entry.target?.slice(0, 256) ?? '' })}>{entry.target}</Same>
              </Fact>
            )}
            {entry.result === 'ok' ? null : (
              <Fact name={t('resultHead')}>
                <Same onPress={() => onFilter({ result: entry.result })}>{entry.result}</Same>
              </Fact>
            )}
            {entry.address === null ? null : (
              <Fact name={t('address')}>
                <Same onPress={() => onFilter({ address: entry.address ?? '' })}>{entry.address}</Same>
              </Fact>
            )}
            {entry.client ? <Fact name={t('client')}>{entry.client}</Fact> : null}
            {entry.requestId ? <Fact name={t('request')}>{entry.requestId}</Fact> : null}
            {entry.details.map(({ name, value }) => (
              <Fact key={name} name={name}>
                {readable(value)}
              </Fact>
            ))}
          </dl>
          {entry.changes.length > 0 ? <ChangeTable changes={entry.changes} /> : null}
          <footer className="grid gap-1 border-line border-t pt-3 text-ink-soft text-xs">
            <span>{t('entryNumber', { sequence: entry.sequence })}</span>
            <code className="break-all font-mono text-[11px]">{entry.hash}</code>
          </footer>
        </>
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
      ) : data ? (
        <p className="text-ink-soft">{t('entryGone')}</p>
      ) : (
        <Skeleton className="h-48" />
      )}
    </aside>
  )
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="truncate text-ink-soft" title={name}>
        {name}
      </dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  )
}

function Same({ onPress, children }: { onPress: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      onClick={onPress}
      className="text-left break-words underline decoration-dotted underline-offset-4 hover:text-accent"
    >
      {children}
    </button>
  )
}
