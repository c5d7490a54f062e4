'use client'

import { CircleAlert } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { isOpen } from './job-line'
import type { JobWhole } from './use-job'
import { useJobWords } from './use-job-words'

/** Why it failed, and what can be done. */
export function JobError({ job }: { job: JobWhole }) {
  const t = useTranslations('jobs.failed')
  const words = useJobWords()
  if (!job.error) return null
  const { reason, advice } = words.failure(job.error)
  return (
    <section aria-label={t('title')} className="flex gap-3 rounded-card border border-bad bg-bad-soft px-4 py-3">
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0 text-bad" />
      <div className="grid min-w-0 gap-1">
        <p className="font-medium">{isOpen(job) ? t('lastAttempt') : t('title')}</p>
        <p className="break-words">{reason}</p>
        {isOpen(job) || !advice ? null : <p className="text-ink-soft">{advice}</p>}
        <p className="select-all font-mono text-ink-soft text-xs">{t('code', { code: job.error.code })}</p>
      </div>
    </section>
  )
}
