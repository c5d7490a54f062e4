'use client'

import { ChevronLeft, ChevronRight, Crosshair, Table2, Waypoints, ZoomIn, ZoomOut } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { FailureState } from '../../graphql/failure-state'
import { Button } from '../../ui/button'
import { Skeleton } from '../../ui/skeleton'
import type { Schedule } from './schedule'
import { TimelinePicture } from './timeline-picture'
import { TimelineTable } from './timeline-table'
import { moved, type Stretch, useTimeline, zoomed } from './use-timeline'

const HALF_MS = 24 * 3_600_000

/** All schedules beside each other: what ran, what runs, what will. As a picture, or as a table with the same in words. */
export function Timeline({ schedules, changes }: { schedules: readonly Schedule[]; changes: number }) {
  const t = useTranslations('schedules.timeline')
  const format = useFormat()
  const now = useNow(5_000)
  const [stretch, setStretch] = useState<Stretch>(() => ({ from: Date.now() - HALF_MS, to: Date.now() + HALF_MS }))
  const [asTable, setAsTable] = useState(false)
  const { data, error, retry } = useTimeline(stretch, changes)
  const toNow = () =>
    setStretch(({ from, to }) => ({ from: Math.round(Date.now() - (to - from) / 2), to: Math.round(Date.now() + (to - from) / 2) }))
  const summary = data
    ? t('summary', {
        runs: data.runs.length,
        coming: data.coming.length,
        from: format.moment(stretch.from),
        to: format.moment(stretch.to),
      })
    : ''
  const tools = [
    { label: t('earlier'), icon: ChevronLeft, act: () => setStretch((each) => moved(each, -0.25)) },
    { label: t('toNow'), icon: Crosshair, act: toNow },
    { label: t('later'), icon: ChevronRight, act: () => setStretch((each) => moved(each, 0.25)) },
    { label: t('zoomOut'), icon: ZoomOut, act: () => setStretch((each) => zoomed(each, 2)) },
    { label: t('zoomIn'), icon: ZoomIn, act: () => setStretch((each) => zoomed(each, 0.5)) },
  ]
  return (
    <section className="min-w-0 rounded-card border border-line bg-surface shadow-low">
      <header className="flex min-h-12 flex-wrap items-center gap-1 border-line border-b px-5 py-1.5">
        <h2 className="mr-auto font-medium text-[13px] text-ink-soft">{t('title')}</h2>
        {tools.map(({ label, icon: Icon, act }) => (
          <Button key={label} look="quiet" size="icon" aria-label={label} title={label} onClick={act}>
            <Icon aria-hidden />
          </Button>
        ))}
        <Button look="quiet" size="small" aria-pressed={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? <Waypoints aria-hidden /> : <Table2 aria-hidden />}
          {asTable ? t('asPicture') : t('asTable')}
        </Button>
      </header>
      {data ? (
        <>
          {asTable ? (
            <TimelineTable data={data} schedules={schedules} />
          ) : (
            <TimelinePicture
              data={data}
              schedules={schedules}
              stretch={stretch}
              now={now}
              label={`${t('title')}. ${summary}`}
              onStretch={setStretch}
              onNow={toNow}
            />
          )}
          <p className="px-5 py-2 text-ink-soft text-xs">
            {summary} {data.truncated ? t('truncated') : asTable ? '' : t('help')}
          </p>
        </>
      ) : error ? (
        <div className="p-4">
          <FailureState error={error} onRetry={retry} />
        </div>
      ) : (
        <Skeleton className="m-5 h-64" />
      )}
    </section>
  )
}
