import { useEffect, useMemo, useState } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'

type Describe = (cron: string) => string

/** What turns cron into a sentence is large: it comes when it is needed, and only in the language that is read. */
async function loadDescribe(isGerman: boolean): Promise<Describe> {
  const { default: cronstrue } = await import('cronstrue')
  if (isGerman) await import('cronstrue/locales/de')
  const options = { locale: isGerman ? 'de' : 'en', use24HourTimeFormat: true, verbose: true, throwExceptionOnParseError: true }
  return (cron) => cronstrue.toString(cron, options)
}

/** When something runs, as a sentence: "Every day at 03:30". Cron itself until its words are there, or where there are none. */
export function useTimingWords(): (timing: { cron: string | null; everySeconds: number | null }) => string {
  const t = useTranslations('schedules')
  const format = useFormat()
  const isGerman = useLocale().startsWith('de')
  const [describe, setDescribe] = useState<Describe | null>(null)
  useEffect(() => {
    let current = true
    void loadDescribe(isGerman).then(
      (found) => current && setDescribe(() => found),
      () => {},
    )
    return () => {
      current = false
    }
  }, [isGerman])
  return useMemo(
    () =>
      ({ cron, everySeconds }) => {
        if (everySeconds !== null) return t('every', { time: format.duration(everySeconds) })
        try {
          return describe ? describe(cron ?? '') : (cron ?? '')
        } catch {
          return t('custom', { cron: cron ?? '' })
        }
      },
    [t, format, describe],
  )
}
