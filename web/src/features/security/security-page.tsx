'use client'

import { useQuery } from '@apollo/client/react'
import { Lock, ShieldCheck } from 'lucide-react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Banner } from '../../ui/banner'
import { EmptyState } from '../../ui/empty-state'
import { ErrorState } from '../../ui/error-state'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { FindingCard } from './finding-card'
import { SecurityWords } from './security-words'

export const SecurityOverviewDocument = graphql(`
  query SecurityOverview {
    securityOverview {
      at
      unavailable
      findings {
        code
        ...FindingCard_finding @unmask
      }
    }
  }
`)

/** What is weak about this server, the worst first, and what to do about it. */
export function SecurityPage() {
  const errors = useTranslations('errors')
  const me = useMe()
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <SecurityWords>
      <Head />
      <Findings />
    </SecurityWords>
  )
}

function Head() {
  const t = useTranslations('security')
  return <PageHeader title={t('title')}>{t('lead')}</PageHeader>
}

function Findings() {
  const t = useTranslations('security')
  const { data, error, refetch } = useQuery(SecurityOverviewDocument, { fetchPolicy: 'cache-and-network' })
  const overview = data?.securityOverview
  if (!overview)
    return error ? (
      <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
    ) : (
      <Skeleton className="h-64 rounded-card!" />
    )
  return (
    <div className="grid max-w-4xl gap-3">
      {overview.unavailable.length > 0 ? (
        <Banner tone="warn" label={t('title')}>
          {t('unavailable', { names: overview.unavailable.join(', ') })}
        </Banner>
      ) : null}
      {overview.findings.length === 0 && overview.unavailable.length === 0 ? (
        <EmptyState icon={ShieldCheck} title={t('emptyTitle')}>
          <p>{t('emptyBody')}</p>
        </EmptyState>
      ) : (
        <ul className="grid gap-3">
          {overview.findings.map((finding) => (
            <li key={finding.code}>
              <FindingCard finding={finding} />
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
