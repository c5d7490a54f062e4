'use client'

import { useQuery } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Card } from '../../ui/card'
import { RelativeTime } from '../../ui/relative-time'
import { Skeleton } from '../../ui/skeleton'

export const AccountDocument = graphql(`
  query Account {
    me {
      id
      username
      email
      role
      createdAt
    }
  }
`)

/** Who one is here. */
export function AccountSection() {
  const t = useTranslations('profile.account')
  const shell = useTranslations('shell')
  const { data, error, refetch } = useQuery(AccountDocument)
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  const me = data?.me
  if (!me) return <Skeleton className="h-40 rounded-card!" />
  const facts = [
    [t('name'), me.username],
    [t('role'), me.role && shell(`role.${me.role}`)],
    [t('email'), me.email ?? t('noEmail')],
    [t('since'), me.createdAt && <RelativeTime key="since" at={me.createdAt} />],
  ] as const
  return (
    <Card title={t('title')}>
      <dl className="grid gap-x-6 gap-y-3 sm:grid-cols-[10rem_1fr]">
        {facts.map(([term, value]) => (
          <div key={term} className="contents">
            <dt className="text-ink-soft">{term}</dt>
            <dd className="min-w-0 break-words">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  )
}
