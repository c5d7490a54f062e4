'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { extentOf, nearest } from '../../charts/gaps'
import { type Series, TimeChart } from '../../charts/time-chart'
import { useFormat } from '../../format/use-format'
import { Card } from '../../ui/card'
import { WINDOW_SECONDS } from './use-telemetry'

/** Samples come each second; a missed one is jitter, more is a gap. */
const LONGEST_STEP_MS = 2_500

export interface LiveTileProps {
  title: string
  series: readonly Series[]
  to: number
  top: number
  formatValue: (value: number) => string
  formatAxis?: (value: number) => string
  /** Beside the figure: cores, totals. */
  detail?: ReactNode
  cursor: number | null
  onCursor: (back: number | null) => void
}

const keys = { one: 'border-chart-1', two: 'border-chart-2 border-dashed' } as const

/** A figure that lives, and how it came to be in the last five minutes. With a cursor it shows that moment instead of now. */
export function LiveTile({ title, series, to, top, formatValue, formatAxis, detail, cursor, onCursor }: LiveTileProps) {
  const t = useTranslations('overview.chart')
  const format = useFormat()
  const at = to - (cursor ?? 0)
  const values = series.map((each) => {
    const value = nearest(each.points, at, LONGEST_STEP_MS)?.value
    return { ...each, text: value === null || value === undefined ? t('gap') : formatValue(value) }
  })
  const several = series.length > 1
  const words = values.map((each) => (several ? `${each.label} ${each.text}` : each.text)).join(', ')
  const summary = series
    .map((each) => {
      const extent = extentOf(each.points)
      if (!extent) return t('gap')
      return t('summary', {
        label: each.label,
        now: formatValue(extent.now),
        min: formatValue(extent.min),
        max: formatValue(extent.max),
        average: formatValue(extent.average),
      })
    })
    .join(' ')
  return (
    <Card title={title} aside={cursor === null ? null : <span className="figures text-ink-soft text-xs">{format.clock(at)}</span>}>
      <div className="mt-1 mb-3 flex min-h-9 flex-wrap items-end gap-x-6 gap-y-1">
        {values.map((each) => (
          <p key={each.label} className="figures stale:text-ink-soft">
            {several ? (
              <span className="flex items-center gap-1.5 text-ink-soft text-xs leading-4">
                <span aria-hidden className={`w-3.5 border-t-2 ${keys[each.color]}`} />
                {each.label}
              </span>
            ) : null}
            <span className={several ? 'font-semibold text-lg leading-6' : 'font-semibold text-[28px] leading-8 tracking-[-0.02em]'}>
              {each.text}
            </span>
          </p>
        ))}
        <div className="ml-auto flex items-end gap-3 text-right text-ink-soft text-xs">{detail}</div>
      </div>
      <TimeChart
        label={t('lastMinutes', { title })}
        text={summary}
        valueText={t('at', { time: format.clock(at), values: words })}
        series={series}
        to={to}
        span={WINDOW_SECONDS * 1000}
        top={top}
        height={128}
        longestStep={LONGEST_STEP_MS}
        cursor={cursor}
        onCursor={onCursor}
        formatValue={formatAxis ?? formatValue}
        formatBack={(back) => (back === 0 ? t('now') : t('minutesAgo', { minutes: String(Math.round(back / 60_000)) }))}
      />
    </Card>
  )
}
