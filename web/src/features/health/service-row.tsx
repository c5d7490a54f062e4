'use client'

import { ChevronDown, RotateCw } from 'lucide-react'
import { useId, useState } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { ServiceRow_ServiceFragment } from '../../graphql/generated/graphql'
import { Button } from '../../ui/button'
import { Pill, type Tone } from '../../ui/pill'
import { RelativeTime } from '../../ui/relative-time'
import { ServiceDetails } from './service-details'
import { useServiceWords } from './use-service-words'

graphql(`
  fragment ServiceRow_service on Service {
    id
    name
    title
    kind
    state
    since
    required
    restartable
    notRestartableBecause
    restarts
    changesLastHour
    dependsOn
    neededBy
    failedDependencies
    reason {
      code
      message
    }
    lastError {
      message
      at
    }
    counters {
      name
      value
    }
    details {
      name
      value
      unit
    }
  }
`)

export type ServiceRow = ServiceRow_ServiceFragment

const tones: Record<ServiceRow['state'], Tone> = { RUNNING: 'good', DEGRADED: 'warn', FAILED: 'bad', STOPPED: 'warn', DISABLED: 'neutral' }

export interface ServiceItemProps {
  service: ServiceRow
  /** The name of another service, in the reader's words. */
  nameOf: (name: string) => string
  onRestart: () => void
}

/** One service: how it is and since when; the rest opens below, and stands open while it is in trouble. */
export function ServiceItem({ service, nameOf, onRestart }: ServiceItemProps) {
  const t = useTranslations('services')
  const words = useServiceWords()
  const id = useId()
  const { failedDependencies, lastError, name, required, restartable, since, state } = service
  const troubled = state !== 'RUNNING' && state !== 'DISABLED'
  const [chosen, setChosen] = useState<boolean>()
  const open = chosen ?? troubled
  const title = words.nameOf(service)
  const reason = words.reasonOf(service, failedDependencies.map(nameOf))
  return (
    <article aria-labelledby={`${id}-title`} className="rounded-card border border-line bg-surface px-5 py-4 shadow-low">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
        <div className="min-w-0 flex-1 basis-64">
          <h3 id={`${id}-title`} className="font-semibold text-[15px] leading-6">
            {title}
          </h3>
          <p className="text-[13px] text-ink-soft">{words.aboutOf(name)}</p>
        </div>
        <div className="flex flex-wrap items-center gap-2">
          {required ? <Pill>{t('required')}</Pill> : null}
          <Pill tone={tones[state]}>{t(`state.${state}`)}</Pill>
          <span className="figures min-w-28 text-ink-soft text-xs">
            <RelativeTime at={since} />
          </span>
        </div>
        <div className="ml-auto flex items-center justify-end gap-1 sm:w-36">
          {restartable ? (
            <Button size="small" aria-label={t('restartOf', { name: title })} onClick={onRestart}>
              <RotateCw aria-hidden />
              {t('restart')}
            </Button>
          ) : null}
          <Button
            look="quiet"
            size="icon"
            aria-expanded={open}
            aria-controls={`${id}-details`}
            aria-label={t('detailsOf', { name: title })}
            onClick={() => setChosen(!open)}
          >
            <ChevronDown aria-hidden className={open ? 'rotate-180' : ''} />
          </Button>
        </div>
      </div>
      {reason ? <p className={troubled ? 'mt-2 font-medium' : 'mt-2 text-ink-soft'}>{reason}</p> : null}
      {lastError && troubled ? (
        <p className="mt-1 break-words text-[13px] text-ink-soft">
          {t('lastError')} (<RelativeTime at={lastError.at} />
          ): <span className="font-mono text-xs">{lastError.message}</span>
        </p>
      ) : null}
      <div id={`${id}-details`} hidden={!open}>
        {open ? <ServiceDetails service={service} nameOf={nameOf} /> : null}
      </div>
    </article>
  )
}
