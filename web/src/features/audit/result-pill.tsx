'use client'

import { useTranslations } from 'use-intl'
import { Pill } from '../../ui/pill'

const alarming = ['AUDIT_DAMAGED']

/** Done, or refused and why: the code stands where it is asked for. */
export function ResultPill({ result }: { result: string }) {
  const t = useTranslations('audit.result')
  if (result === 'ok') return <Pill tone="good">{t('ok')}</Pill>
  if (result === 'TWO_FACTOR_REQUIRED') return <Pill tone="info">{t('halfWay')}</Pill>
  return (
    <span title={result}>
      <Pill tone={alarming.includes(result) ? 'bad' : 'warn'}>{t('refused')}</Pill>
    </span>
  )
}
