'use client'

import { useQuery } from '@apollo/client/react'
import { FailureState } from '../../../graphql/failure-state'
import { graphql } from '../../../graphql/generated'
import { Skeleton } from '../../../ui/skeleton'
import { VersionWords } from '../../files/versions/version-words'
import { VersionsForm } from './versions-form'

export const VersionSettingsDocument = graphql(`
  query VersionSettings {
    versionSettings {
      last
      days
      weeks
      totals {
        count
        size
      }
    }
  }
`)

/** Which old contents of files are kept, and what space they take. */
export function VersionsSection() {
  return (
    <VersionWords>
      <Settings />
    </VersionWords>
  )
}

function Settings() {
  const { data, error, refetch } = useQuery(VersionSettingsDocument, { fetchPolicy: 'network-only' })
  const reload = () => void refetch().catch(() => {})
  if (error && !data) return <FailureState error={error} onRetry={reload} />
  if (!data) return <Skeleton className="h-64 rounded-card!" />
  const { totals, ...rules } = data.versionSettings
  return <VersionsForm key={`${rules.last} ${rules.days} ${rules.weeks}`} rules={rules} totals={totals} onSaved={reload} />
}
