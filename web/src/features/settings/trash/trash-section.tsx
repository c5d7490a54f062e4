'use client'

import { useQuery } from '@apollo/client/react'
import { FailureState } from '../../../graphql/failure-state'
import { graphql } from '../../../graphql/generated'
import { Skeleton } from '../../../ui/skeleton'
import { TrashWords } from '../../trash/trash-words'
import { TrashForm } from './trash-form'

export const TrashSettingsDocument = graphql(`
  query TrashSettings {
    trashSettings {
      days
      percent
    }
  }
`)

/** How long things stay in the trash, and how much of them. */
export function TrashSection() {
  return (
    <TrashWords>
      <Settings />
    </TrashWords>
  )
}

function Settings() {
  const { data, error, refetch } = useQuery(TrashSettingsDocument, { fetchPolicy: 'network-only' })
  const reload = () => void refetch().catch(() => {})
  if (error && !data) return <FailureState error={error} onRetry={reload} />
  if (!data) return <Skeleton className="h-64 rounded-card!" />
  const { days, percent } = data.trashSettings
  return <TrashForm key={`${days} ${percent}`} days={days} percent={percent} onSaved={reload} />
}
