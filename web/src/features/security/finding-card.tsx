'use client'

import { ArrowRight } from 'lucide-react'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { FindingCard_FindingFragment } from '../../graphql/generated/graphql'
import { security } from '../../messages/en/security'
import { Pill, type Tone } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'
import { placeOf } from './places'

graphql(`
  fragment FindingCard_finding on SecurityFinding {
    code
    severity
    count
    subjects
    since
  }
`)

type Known = keyof (typeof security)['finding']
const tones: Record<FindingCard_FindingFragment['severity'], Tone> = { CRITICAL: 'bad', WARNING: 'warn', INFO: 'info' }

/** One weakness: what it is, why it matters, who is concerned, and where to change it. */
export function FindingCard({ finding }: { finding: FindingCard_FindingFragment }) {
  const t = useTranslations('security')
  const { code, count, severity, since, subjects } = finding
  const known = Object.hasOwn(security.finding, code) ? (code as Known) : null
  const href = placeOf(code)
  return (
    <article className="grid gap-2 rounded-card border border-line bg-surface p-5 shadow-low sm:grid-cols-[7rem_minmax(0,1fr)_auto] sm:gap-x-4">
      <div>
        <Pill tone={tones[severity]}>{t(`severity.${severity}`)}</Pill>
      </div>
      <div className="grid gap-1.5">
        <h2 className="font-semibold text-[15px] leading-6">{known ? t(`finding.${known}.title`, { count }) : code}</h2>
        {known ? <p className="text-ink-soft">{t(`finding.${known}.advice`)}</p> : null}
        {subjects.length > 0 ? (
          <p className="figures break-words text-[13px]">
            {subjects.join(', ')}
            {count > subjects.length && code !== 'FAILED_SIGN_INS' ? ` ${t('andMore', { count: count - subjects.length })}` : ''}
          </p>
        ) : null}
        {since ? (
          <p className="text-ink-soft text-xs">
            {t('since')} <RelativeTime at={since} />
          </p>
        ) : null}
      </div>
      {href ? (
        <Link
          href={href}
          className="inline-flex h-9 items-center gap-1.5 justify-self-start rounded-control border border-line px-3 font-medium shadow-low transition-colors hover:bg-hover"
        >
          {t('go')}
          <span className="sr-only">{known ? t(`finding.${known}.title`, { count }) : code}</span>
          <ArrowRight aria-hidden className="size-4" />
        </Link>
      ) : null}
    </article>
  )
}
