'use client'

import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useFormat } from '../../format/use-format'
import { RelativeTime } from '../../ui/relative-time'
import type { ServiceRow } from './service-row'
import { useServiceWords } from './use-service-words'

/** What is known about a service: its values, what it needs, who needs it, and whether it can be restarted. */
export function ServiceDetails({ service, nameOf }: { service: ServiceRow; nameOf: (name: string) => string }) {
  const t = useTranslations('services')
  const words = useServiceWords()
  const format = useFormat()
  const { changesLastHour, counters, dependsOn, details, failedDependencies, lastError, neededBy, required, restarts, state } = service
  const troubled = state !== 'RUNNING' && state !== 'DISABLED'
  const noRestart = words.noRestartOf(service)
  return (
    <div className="mt-4 grid gap-4 border-line border-t pt-4">
      <dl className="grid grid-cols-[repeat(auto-fill,minmax(9.5rem,1fr))] gap-x-6 gap-y-3 empty:hidden">
        {details.map((detail) => (
          <Value key={detail.name} label={words.labelOf(detail.name)}>
            {words.valueOf(detail)}
          </Value>
        ))}
        {counters.map(({ name, value }) => (
          <Value key={name} label={words.labelOf(name)}>
            {format.number(value)}
          </Value>
        ))}
        {changesLastHour > 0 ? <Value label={t('changes')}>{format.number(changesLastHour)}</Value> : null}
        {restarts > 0 ? <Value label={t('restarts')}>{t('times', { count: restarts })}</Value> : null}
      </dl>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-2">
        <Names label={t('needs')} names={dependsOn} failed={failedDependencies} nameOf={nameOf} />
        <Names label={t('neededBy')} names={neededBy} failed={[]} nameOf={nameOf} />
      </dl>
      {lastError && !troubled ? (
        <p className="break-words text-[13px] text-ink-soft">
          {t('lastError')} (<RelativeTime at={lastError.at} />
          ): <span className="font-mono text-xs">{lastError.message}</span>
        </p>
      ) : null}
      {required || noRestart ? (
        <p className="text-[13px] text-ink-soft">{[required ? t('requiredHint') : null, noRestart].filter(Boolean).join(' ')}</p>
      ) : null}
    </div>
  )
}

function Value({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="min-w-0">
      <dt className="text-ink-soft text-xs">{label}</dt>
      <dd className="figures stale:text-ink-soft break-words">{children}</dd>
    </div>
  )
}

function Names({
  label,
  names,
  failed,
  nameOf,
}: {
  label: string
  names: readonly string[]
  failed: readonly string[]
  nameOf: (name: string) => string
}) {
  const t = useTranslations('services')
  return (
    <Value label={label}>
      {names.length === 0 ? (
        <span className="text-ink-soft">{t('nothing')}</span>
      ) : (
        names.map((name, index) => (
          <span key={name}>
            {index > 0 ? ', ' : ''}
            {failed.includes(name) ? (
              <span className="font-medium text-bad">{`${nameOf(name)} (${t('state.FAILED')})`}</span>
            ) : (
              nameOf(name)
            )}
          </span>
        ))
      )}
    </Value>
  )
}
