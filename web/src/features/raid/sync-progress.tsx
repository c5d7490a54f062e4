'use client'

import type { FragmentType } from '@apollo/client/masking'
import { useFragment } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { graphql } from '../../graphql/generated'
import type { SyncProgress_ArrayFragment } from '../../graphql/generated/graphql'
import { Meter } from '../../ui/meter'

export const SyncProgress_array = graphql(`
  fragment SyncProgress_array on RaidArray {
    name
    sync {
      action
      done
      total
      percent
      bytesPerSecond
      etaSeconds
    }
  }
`)

/** The work an array is doing on itself; nothing when it does none. */
export function SyncProgress({ array }: { array: FragmentType<SyncProgress_ArrayFragment> }) {
  const t = useTranslations('storage')
  const format = useFormat()
  const { data, complete } = useFragment({ fragment: SyncProgress_array, from: array })
  if (!complete || !data.sync) return null
  const { action, done, total, percent, bytesPerSecond, etaSeconds } = data.sync
  const value = t('progressValue', { percent: format.percentFine(percent), done: format.bytes(done), total: format.bytes(total) })
  return (
    <div className="grid gap-2 px-5 pb-5">
      <div className="figures flex flex-wrap items-baseline gap-x-4 gap-y-0.5 text-[13px] stale:text-ink-soft">
        <span className="font-medium">{t(`action.${action}`)}</span>
        <span>{value}</span>
        <span className="flex-1" />
        <span className="text-ink-soft">{format.rate(bytesPerSecond)}</span>
        {etaSeconds === null ? null : <span className="text-ink-soft">{t('eta', { time: format.duration(etaSeconds) })}</span>}
      </div>
      <Meter
        progress
        tone="info"
        label={t('progress', { action: t(`action.${action}`), name: data.name })}
        value={percent}
        valueText={value}
      />
    </div>
  )
}
