'use client'

import { useQuery } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import type { DatabaseHealthQuery } from '../../graphql/generated/graphql'
import { Pill } from '../../ui/pill'
import { Skeleton } from '../../ui/skeleton'

export const DatabaseHealthDocument = graphql(`
  query DatabaseHealth {
    databaseHealth {
      provider
      version
      size
      sound
      finding
      checkedAt
      connections
      mostConnections
    }
  }
`)

type Health = DatabaseHealthQuery['databaseHealth']

/** Which database it is, how large, and whether it is whole. */
export function HealthLine() {
  const t = useTranslations('tables')
  const format = useFormat()
  const { data, error, refetch } = useQuery(DatabaseHealthDocument, { fetchPolicy: 'no-cache' })
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!data) return <Skeleton className="h-14 rounded-card!" />
  const { connections, finding, mostConnections, provider, size, sound, version } = data.databaseHealth
  return (
    <section
      aria-label={t('health')}
      className="flex flex-wrap items-center gap-x-6 gap-y-2 rounded-card border border-line bg-surface px-4 py-3 shadow-low"
    >
      <span className="font-medium">{t(provider === 'SQLITE' ? 'sqlite' : 'postgresql', { version })}</span>
      <span className="figures text-ink-soft">{`${t('size')}: ${format.bytes(size)}`}</span>
      {provider === 'SQLITE' ? <Soundness health={data.databaseHealth} /> : null}
      {connections === null || connections === undefined ? null : (
        <span className="figures text-ink-soft">
          {t('connections', { count: String(connections), most: String(mostConnections ?? 0) })}
        </span>
      )}
      {sound === false ? <p className="basis-full text-[13px] text-bad">{t('unsoundAdvice', { finding: finding ?? '' })}</p> : null}
    </section>
  )
}

function Soundness({ health: { checkedAt, finding, sound } }: { health: Health }) {
  const t = useTranslations('tables')
  const format = useFormat()
  if (sound === true)
    return (
      <span title={checkedAt ? format.moment(Date.parse(checkedAt)) : undefined}>
        <Pill tone="good">{t('sound')}</Pill>
      </span>
    )
  if (sound === false) return <Pill tone="bad">{t('unsound')}</Pill>
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Pill tone="neutral">{t('notChecked')}</Pill>
      <span className="text-ink-soft text-xs">{t(finding === 'TOO_LARGE' ? 'tooLarge' : 'checkFailed')}</span>
    </span>
  )
}
