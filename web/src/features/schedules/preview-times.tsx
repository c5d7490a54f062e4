'use client'

import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import type { Timing } from './timing'
import type { Preview } from './use-preview'
import { useScheduleWords } from './use-schedule-words'
import { useTimingWords } from './use-timing-words'

/** What was chosen, as a sentence, and the next five times by the reader's clock. */
export function PreviewTimes({ timing, preview }: { timing: Timing | null; preview: Preview | null }) {
  const t = useTranslations('schedules.edit')
  const format = useFormat()
  const words = useScheduleWords()
  const sentence = useTimingWords()
  return (
    <section aria-label={t('preview')} aria-live="polite" className="min-h-40 rounded-control bg-sunken px-4 py-3 text-[13px]">
      <h3 className="text-ink-soft text-xs">{t('preview')}</h3>
      {timing && !preview?.problem ? <p className="mt-1 font-medium">{sentence({ cron: null, everySeconds: null, ...timing })}</p> : null}
      {preview?.problem ? (
        <p className="mt-1 text-bad">{words.problem(preview.problem)}</p>
      ) : preview ? (
        <ol className="figures mt-1 grid gap-0.5 text-ink-soft">
          {preview.times.map((at) => (
            <li key={at}>{format.moment(Date.parse(at))}</li>
          ))}
        </ol>
      ) : (
        <p className="mt-1 text-ink-soft">{t('previewNone')}</p>
      )}
    </section>
  )
}
