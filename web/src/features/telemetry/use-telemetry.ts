import { useQuery, useSubscription } from '@apollo/client/react'
import { useEffect, useState } from 'react'
import { graphql } from '../../graphql/generated'
import type { TelemetryFrame_SampleFragment } from '../../graphql/generated/graphql'
import { mergeSamples } from './sample-window'

export const WINDOW_SECONDS = 300

export type Sample = TelemetryFrame_SampleFragment

graphql(`
  fragment TelemetryFrame_sample on TelemetrySample {
    at
    cpuPercent
    cpuCorePercents
    loadAverage1m
    memoryUsed
    memoryTotal
    swapUsed
    swapTotal
    diskReadBytesPerSecond
    diskWriteBytesPerSecond
    networkReceiveBytesPerSecond
    networkSendBytesPerSecond
    unavailable
  }
`)

export const TelemetryRingDocument = graphql(`
  query TelemetryRing($seconds: Int!) {
    telemetry {
      recent(seconds: $seconds) {
        ...TelemetryFrame_sample @unmask
      }
    }
  }
`)

export const TelemetryChangedDocument = graphql(`
  subscription TelemetryChanged {
    telemetryChanged {
      ...TelemetryFrame_sample @unmask
    }
  }
`)

/**
 * The last five minutes: the server's ring once, then a frame each second. Both pass the cache by: a value that lives a second is
 * nothing to look up later, and normalising it would cost more than drawing it.
 */
export function useTelemetry() {
  const [samples, setSamples] = useState<readonly Sample[]>([])
  const ring = useQuery(TelemetryRingDocument, {
    variables: { seconds: WINDOW_SECONDS },
    fetchPolicy: 'no-cache',
  })
  const recent = ring.data?.telemetry.recent
  useEffect(() => {
    if (recent) setSamples((known) => mergeSamples(known, recent, WINDOW_SECONDS))
  }, [recent])

  useSubscription(TelemetryChangedDocument, {
    fetchPolicy: 'no-cache',
    ignoreResults: true,
    onData: ({ data }) => {
      const frame = data.data?.telemetryChanged
      if (frame) setSamples((known) => mergeSamples(known, [frame], WINDOW_SECONDS))
    },
  })

  return { samples, error: samples.length === 0 ? ring.error : undefined, refetch: ring.refetch }
}
