import { useLocale, useTranslations } from 'use-intl'
import type { LimitRow } from './limit-table'
import { shownRefill, unitOf } from './refill-unit'

type Rate = LimitRow['rate']

/** "30 at once, then 10 a minute", in the reader's numbers. */
export function useRateWords() {
  const t = useTranslations('limits')
  const number = new Intl.NumberFormat(useLocale(), { maximumFractionDigits: 2 })
  return ({ capacity, refillPerSecond }: Rate, { kind, preset }: Pick<LimitRow, 'kind' | 'preset'>) => {
    if (kind === 'AT_ONCE') return t('atOnce', { count: number.format(capacity) })
    const unit = unitOf(preset)
    return t(unit === 'second' ? 'perSecond' : 'perMinute', {
      capacity: number.format(capacity),
      refill: number.format(shownRefill(refillPerSecond, unit)),
    })
  }
}
