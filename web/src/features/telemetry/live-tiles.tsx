'use client'

import { useMemo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ColumnStrip } from '../../charts/column-strip'
import { extentOf, niceCeiling, type Point } from '../../charts/gaps'
import { useFormat } from '../../format/use-format'
import { FailureState } from '../../graphql/failure-state'
import { LiveTile } from './live-tile'
import { LiveTilesSkeleton } from './live-tiles-skeleton'
import { type Sample, useTelemetry } from './use-telemetry'

/** Below this a rate axis would magnify noise into mountains. */
const QUIETEST_RATE_AXIS = 100_000

type RateKey = 'networkReceiveBytesPerSecond' | 'networkSendBytesPerSecond' | 'diskReadBytesPerSecond' | 'diskWriteBytesPerSecond'

function pointsOf(samples: readonly Sample[], read: (sample: Sample) => number): Point[] {
  return samples.map((sample) => ({ at: Date.parse(sample.at), value: read(sample) }))
}

/** Processor, memory, network and disks of the machine the server runs on. */
export function LiveTiles() {
  const t = useTranslations('overview')
  const format = useFormat()
  const { samples, error, refetch } = useTelemetry()
  const [cursor, setCursor] = useState<number | null>(null)

  const series = useMemo(() => {
    const rate = (key: RateKey) => pointsOf(samples, (sample) => sample[key])
    return {
      cpu: pointsOf(samples, (sample) => sample.cpuPercent),
      memory: pointsOf(samples, (sample) => sample.memoryUsed),
      receive: rate('networkReceiveBytesPerSecond'),
      send: rate('networkSendBytesPerSecond'),
      read: rate('diskReadBytesPerSecond'),
      write: rate('diskWriteBytesPerSecond'),
    }
  }, [samples])

  const newest = samples.at(-1)
  if (!newest) {
    if (error) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
    return <LiveTilesSkeleton />
  }

  const to = Date.parse(newest.at)
  const shared = { to, cursor, onCursor: setCursor }
  const rateTop = (...all: Point[][]) => niceCeiling(Math.max(...all.map((points) => extentOf(points)?.max ?? 0)), QUIETEST_RATE_AXIS)
  const cores = newest.cpuCorePercents
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <LiveTile
        {...shared}
        title={t('cpu')}
        top={100}
        formatValue={format.percentFine}
        formatAxis={format.percent}
        series={[{ label: t('cpu'), color: 'one', points: series.cpu }]}
        detail={
          <>
            <span className="figures">
              {t('cores', { count: cores.length })}
              <br />
              {t('load', { value: format.number(newest.loadAverage1m, 2) })}
            </span>
            <ColumnStrip
              height={32}
              values={cores}
              label={`${t('coreLoad')}: ${cores.map((each, index) => t('core', { number: String(index + 1), percent: format.percent(each) })).join(', ')}`}
            />
          </>
        }
      />
      <LiveTile
        {...shared}
        title={t('memory')}
        top={newest.memoryTotal}
        formatValue={format.bytes}
        formatAxis={format.bytesRound}
        series={[{ label: t('memory'), color: 'one', points: series.memory }]}
        detail={
          <span className="figures">
            {t('memoryOf', {
              used: format.percent((newest.memoryUsed / newest.memoryTotal) * 100),
              total: format.bytes(newest.memoryTotal),
            })}
            {newest.swapTotal > 0 ? (
              <>
                <br />
                {t('swap', { used: format.bytes(newest.swapUsed), total: format.bytes(newest.swapTotal) })}
              </>
            ) : null}
          </span>
        }
      />
      <LiveTile
        {...shared}
        title={t('network')}
        top={rateTop(series.receive, series.send)}
        formatValue={format.rate}
        formatAxis={format.rateRound}
        series={[
          { label: t('receive'), color: 'one', points: series.receive },
          { label: t('send'), color: 'two', points: series.send },
        ]}
      />
      <LiveTile
        {...shared}
        title={t('disk')}
        top={rateTop(series.read, series.write)}
        formatValue={format.rate}
        formatAxis={format.rateRound}
        series={[
          { label: t('read'), color: 'one', points: series.read },
          { label: t('write'), color: 'two', points: series.write },
        ]}
      />
      {newest.unavailable.length > 0 ? (
        <p className="text-ink-soft lg:col-span-2">{t('unavailable', { names: newest.unavailable.join(', ') })}</p>
      ) : null}
    </div>
  )
}
