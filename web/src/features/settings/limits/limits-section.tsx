'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment, useQuery } from '@apollo/client/react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../../graphql/failure-state'
import { graphql } from '../../../graphql/generated'
import type { LimitTable_LimitFragment } from '../../../graphql/generated/graphql'
import { limits } from '../../../messages/en/limits'
import { WithPageWords } from '../../../messages/page-words'
import { Skeleton } from '../../../ui/skeleton'
import { useIdlePreload } from '../../../ui/use-idle-preload'
import { LimitTable, LimitTable_limit } from './limit-table'
import { groupNames, inGroup } from './limit-words'

const loadGerman = async () => (await import('../../../messages/de/limits')).limits
const waiting = <Skeleton className="h-96 rounded-card!" />

const load = async () => ({ default: (await import('./limit-dialog')).LimitDialog })
const LimitDialog = lazy(load)

export const LimitsDocument = graphql(`
  query Limits {
    limits {
      id
      ...LimitTable_limit
    }
  }
`)

/** How often things may be asked for, to be adjusted while the server runs. */
export function LimitsSection() {
  return (
    <WithPageWords name="limits" english={limits} loadGerman={loadGerman} waiting={waiting}>
      <Limits />
    </WithPageWords>
  )
}

function Limits() {
  const { data, error, refetch } = useQuery(LimitsDocument)
  useIdlePreload(load)
  if (data) return <Groups limits={data.limits} />
  if (error) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  return waiting
}

function Groups({ limits }: { limits: readonly FragmentType<LimitTable_LimitFragment>[] }) {
  const t = useTranslations('limits')
  const { data, complete } = useFragment({ fragment: LimitTable_limit, from: [...limits] })
  const [edited, setEdited] = useState<string | null>(null)
  if (!complete) return null
  const limit = data.find(({ id }) => id === edited)
  return (
    <div className="grid gap-8">
      <p className="max-w-2xl text-ink-soft">{t('lead')}</p>
      {groupNames.map((group) => (
        <section key={group} className="min-w-0" aria-labelledby={`limits-${group}`}>
          <h2 id={`limits-${group}`} className="mb-3 font-semibold text-[15px]">
            {t(`group.${group}`)}
          </h2>
          <LimitTable label={t(`group.${group}`)} limits={inGroup(group, data)} onEdit={setEdited} />
        </section>
      ))}
      {limit ? (
        <Suspense fallback={null}>
          <LimitDialog key={limit.id} limit={limit} onClose={() => setEdited(null)} />
        </Suspense>
      ) : null}
    </div>
  )
}
