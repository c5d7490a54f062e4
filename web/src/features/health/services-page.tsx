'use client'

import { CircleCheck, Lock } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { useIdlePreload } from '../../ui/use-idle-preload'
import { useMe } from '../auth/session'
import { AsOf } from '../shell/as-of'
import { grouped } from './order'
import { ServiceItem, type ServiceRow } from './service-row'
import { ServicesWords } from './services-words'
import { useLiveServices } from './use-live-services'
import { useServiceWords } from './use-service-words'

const loadRestart = async () => ({ default: (await import('./restart-dialog')).RestartDialog })
const RestartDialog = lazy(loadRestart)

/** How each part of the server is, trouble first. */
export function ServicesPage() {
  const errors = useTranslations('errors')
  const me = useMe()
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <ServicesWords>
      <Head />
      <Services />
    </ServicesWords>
  )
}

function Head() {
  const t = useTranslations('services')
  return (
    <PageHeader title={t('title')} action={<AsOf />}>
      {t('lead')}
    </PageHeader>
  )
}

function Services() {
  const t = useTranslations('services')
  const words = useServiceWords()
  const { data, error, refetch } = useLiveServices()
  useIdlePreload(loadRestart)
  const [restarting, setRestarting] = useState<string>()
  const services = data?.services
  if (!services)
    return error ? (
      <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
    ) : (
      <Skeleton className="h-96 rounded-card!" />
    )
  const { disabled, running, trouble } = grouped(services)
  const nameOf = (name: string) => words.nameOf(services.find((each) => each.name === name) ?? { name, title: name })
  const chosen = services.find(({ name }) => name === restarting)
  const group = (title: string, members: readonly ServiceRow[]) =>
    members.length === 0 ? null : (
      <section aria-label={title} className="grid gap-3">
        <h2 className="font-medium text-[13px] text-ink-soft">
          {title} <span className="figures">({members.length})</span>
        </h2>
        {members.map((service) => (
          <ServiceItem key={service.id} service={service} nameOf={nameOf} onRestart={() => setRestarting(service.name)} />
        ))}
      </section>
    )
  return (
    <div className="grid max-w-5xl gap-7">
      <div role="status" className="empty:absolute">
        {trouble.length === 0 ? (
          <p className="flex items-center gap-2 font-medium text-good">
            <CircleCheck aria-hidden className="size-4 shrink-0" />
            {t('allWell')}
          </p>
        ) : null}
      </div>
      {group(t('trouble'), trouble)}
      {group(t('running'), running)}
      {group(t('disabled'), disabled)}
      {chosen ? (
        <Suspense fallback={null}>
          <RestartDialog
            id={chosen.name}
            name={nameOf(chosen.name)}
            neededBy={chosen.neededBy.map(nameOf)}
            onClose={() => setRestarting(undefined)}
          />
        </Suspense>
      ) : null}
    </div>
  )
}
