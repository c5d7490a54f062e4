'use client'

import { useQuery } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Card } from '../../ui/card'
import { RelativeTime } from '../../ui/relative-time'
import { Skeleton } from '../../ui/skeleton'
import { PasswordForm } from './password-form'

export const OwnPasswordDocument = graphql(`
  query OwnPassword {
    myPassword {
      isSet
      changedAt
    }
  }
`)

/** One's own password: since when, and another one. */
export function PasswordSection() {
  const t = useTranslations('profile.password')
  const { data, error, refetch } = useQuery(OwnPasswordDocument)
  const reload = () => void refetch().catch(() => {})
  if (error && !data) return <FailureState error={error} onRetry={reload} />
  if (!data) return <Skeleton className="h-96 max-w-xl rounded-card!" />
  const { changedAt, isSet } = data.myPassword
  return (
    <div className="max-w-xl">
      <Card title={isSet ? t('title') : t('titleNone')}>
        <p className="mt-3 mb-5 text-ink-soft">
          {isSet ? t('lead') : t('leadNone')} {isSet && changedAt ? t.rich('since', { when: () => <RelativeTime at={changedAt} /> }) : null}
        </p>
        <PasswordForm isSet={isSet} onChanged={reload} />
      </Card>
    </div>
  )
}
