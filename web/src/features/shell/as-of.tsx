'use client'

import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { useNow } from '../../format/use-now'
import { useConnection } from '../../graphql/connection'

/** The age of a live value, shown only while the connection is lost. */
export function AsOf() {
  const t = useTranslations('shell')
  const { status, since } = useConnection()
  const format = useFormat()
  const now = useNow(1_000, status === 'lost')
  if (status !== 'lost') return null
  return <span className="figures text-ink-soft text-xs">{t('asOf', { age: format.relative(since, Math.max(now, since)) })}</span>
}
