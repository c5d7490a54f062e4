'use client'

import { useFormat } from '../format/use-format'
import { useNow } from '../format/use-now'

/** "3 minutes ago", the exact moment on hover. */
export function RelativeTime({ at }: { at: string }) {
  const format = useFormat()
  const now = useNow(30_000)
  const ms = Date.parse(at)
  return (
    <time dateTime={at} title={format.moment(ms)}>
      {format.relative(ms, Math.max(now, ms))}
    </time>
  )
}
