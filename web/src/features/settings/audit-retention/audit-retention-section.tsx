'use client'

import { useQuery } from '@apollo/client/react'
import { FailureState } from '../../../graphql/failure-state'
import { graphql } from '../../../graphql/generated'
import { Skeleton } from '../../../ui/skeleton'
import { AuditWords } from '../../audit/audit-words'
import { RetentionForm } from './retention-form'

export const AuditRetentionDocument = graphql(`
  query AuditRetention {
    auditRetention {
      days
    }
  }
`)

/** How long the audit log is kept. */
export function AuditRetentionSection() {
  return (
    <AuditWords>
      <Retention />
    </AuditWords>
  )
}

function Retention() {
  const { data, error, refetch } = useQuery(AuditRetentionDocument, { fetchPolicy: 'network-only' })
  const reload = () => void refetch().catch(() => {})
  if (error && !data) return <FailureState error={error} onRetry={reload} />
  if (!data) return <Skeleton className="h-64 rounded-card!" />
  const { days } = data.auditRetention
  return <RetentionForm key={days} days={days} onSaved={reload} />
}
