'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { graphql } from '../../graphql/generated'
import type { SpaceTile_StorageFragment } from '../../graphql/generated/graphql'
import { Card } from '../../ui/card'
import { Meter } from '../../ui/meter'

export const SpaceTile_storage = graphql(`
  fragment SpaceTile_storage on Storage {
    used
    total
    free
  }
`)

export function SpaceTile({ storage }: { storage: FragmentType<SpaceTile_StorageFragment> }) {
  const t = useTranslations('overview')
  const format = useFormat()
  const { data, complete } = useFragment({ fragment: SpaceTile_storage, from: storage })
  if (!complete) return null
  // What other programs use on the same disk is neither ours nor free: the bar shows what cannot be used any more.
  const taken = Math.max(data.used, data.total - data.free)
  const part = data.total > 0 ? taken / data.total : 0
  const text = t('usedOf', { used: format.bytes(taken), total: format.bytes(data.total) })
  return (
    <Card title={t('space')} aside={<span className="figures text-ink-soft text-xs">{format.percent(part * 100)}</span>}>
      <p className="figures mt-1 font-semibold text-[28px] stale:text-ink-soft leading-9 tracking-[-0.02em]">
        {t('free', { free: format.bytes(data.free) })}
      </p>
      <p className="figures mt-0.5 mb-4 text-ink-soft">{text}</p>
      <Meter
        className="mt-auto"
        label={t('space')}
        value={taken}
        max={data.total}
        valueText={text}
        tone={part > 0.99 ? 'bad' : part > 0.9 ? 'warn' : 'accent'}
      />
    </Card>
  )
}
