'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { graphql } from '../../graphql/generated'
import type { ArrayCard_ArrayFragment } from '../../graphql/generated/graphql'
import { Pill } from '../../ui/pill'
import { toneOfArray } from './array-look'
import { MemberTable } from './member-table'
import { SyncProgress } from './sync-progress'

export const ArrayCard_array = graphql(`
  fragment ArrayCard_array on RaidArray {
    name
    level
    state
    size
    ...MemberTable_array
    ...SyncProgress_array
  }
`)

/** One array: how it is, what it is doing, what it is made of. */
export function ArrayCard({ array }: { array: FragmentType<ArrayCard_ArrayFragment> }) {
  const t = useTranslations('storage')
  const format = useFormat()
  const { data, complete } = useFragment({ fragment: ArrayCard_array, fragmentName: 'ArrayCard_array', from: array })
  if (!complete) return null
  return (
    <section aria-labelledby={`array-${data.name}`} className="overflow-hidden rounded-card border border-line bg-surface shadow-low">
      <header className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 pt-5 pb-4">
        <div className="min-w-0 flex-1">
          <h2 id={`array-${data.name}`} className="font-semibold text-[17px] leading-6">
            {data.name}
          </h2>
          <p className="figures text-ink-soft">
            {t(`level.${data.level}`)} · {t('usable', { size: format.bytes(data.size) })}
          </p>
        </div>
        <Pill tone={toneOfArray[data.state]}>{t(`state.${data.state}`)}</Pill>
      </header>
      <SyncProgress array={data} />
      <MemberTable array={data} />
    </section>
  )
}
