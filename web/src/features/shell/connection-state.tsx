'use client'

import { clsx } from 'clsx'
import { Unplug } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { useConnection } from '../../graphql/connection'

/** Whether what is on the screen is true now; when not, since when. */
export function ConnectionState() {
  const t = useTranslations('shell.connection')
  const { status, since } = useConnection()
  const format = useFormat()
  const now = useNow(1_000, status === 'lost')
  const lost = status === 'lost'
  const age = format.relative(since, Math.max(now, since))
  return (
    <div
      title={lost ? t('lostHint', { age }) : status === 'live' ? t('liveHint') : undefined}
      className={clsx(
        'flex h-7 items-center gap-2 whitespace-nowrap rounded-full px-2.5 font-medium text-xs',
        lost ? 'bg-warn-soft text-warn' : 'text-ink-soft',
      )}
    >
      {lost ? (
        <Unplug aria-hidden className="size-3.5" />
      ) : (
        <span aria-hidden className={clsx('size-2 rounded-full', status === 'live' ? 'bg-good' : 'animate-pulse bg-line-strong')} />
      )}
      {/* Announced when it changes; the running age is for the eye only. */}
      <span role="status" className={clsx(!lost && 'max-sm:sr-only')}>
        {t(status)}
      </span>
      {lost ? (
        <span aria-hidden className="figures max-sm:hidden">
          {age}
        </span>
      ) : null}
    </div>
  )
}
