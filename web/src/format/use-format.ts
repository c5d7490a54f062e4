import { useMemo } from 'react'
import { useLocale } from 'use-intl'
import { formatBytes, formatRate } from './bytes'
import { formatDuration, formatRelative } from './duration'

/** Sizes, rates, percentages and times in the reader's locale. */
export function useFormat() {
  const locale = useLocale()
  return useMemo(() => {
    const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 })
    const percentFine = new Intl.NumberFormat(locale, { style: 'percent', minimumFractionDigits: 1, maximumFractionDigits: 1 })
    const clock = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' })
    const moment = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
    return {
      bytes: (value: number) => formatBytes(value, locale),
      bytesRound: (value: number) => formatBytes(value, locale, false),
      rateRound: (value: number) => formatRate(value, locale, false),
      rate: (value: number) => formatRate(value, locale),
      /** 0 to 100 in, as the graph gives it. */
      percent: (value: number) => percent.format(value / 100),
      percentFine: (value: number) => percentFine.format(value / 100),
      number: (value: number, digits = 0) =>
        new Intl.NumberFormat(locale, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value),
      duration: (seconds: number) => formatDuration(seconds, locale),
      relative: (at: number, now: number) => formatRelative(at, now, locale),
      clock: (at: number) => clock.format(at),
      moment: (at: number) => moment.format(at),
    }
  }, [locale])
}
