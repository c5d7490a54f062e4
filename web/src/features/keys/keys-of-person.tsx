'use client'

import { useQuery } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Skeleton } from '../../ui/skeleton'
import { KeyList } from './key-list'
import { KeyWords } from './key-words'

export const KeysOfPersonDocument = graphql(`
  query KeysOfPerson($ownerId: ID!) {
    apiKeys(ownerId: $ownerId) {
      id
      ...KeyItem_key
    }
  }
`)

/** The keys of somebody else, for administrators: to see them, and to end them. */
export function KeysOfPerson(props: { ownerId: string }) {
  return (
    <KeyWords waiting={<Skeleton className="h-16 rounded-card!" />}>
      <Keys {...props} />
    </KeyWords>
  )
}

function Keys({ ownerId }: { ownerId: string }) {
  const t = useTranslations('keys')
  const { data, error, refetch } = useQuery(KeysOfPersonDocument, { variables: { ownerId }, fetchPolicy: 'cache-and-network' })
  const reload = () => void refetch().catch(() => {})
  if (error && !data) return <FailureState error={error} onRetry={reload} />
  if (!data) return <Skeleton className="h-16 rounded-card!" />
  return data.apiKeys.length === 0 ? (
    <p className="text-ink-soft">{t('noneOf')}</p>
  ) : (
    <KeyList bare keys={data.apiKeys} onChanged={reload} />
  )
}
