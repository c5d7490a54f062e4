'use client'

import { useQuery } from '@apollo/client/react'
import { UserPlus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { PageHeader } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { useIdlePreload } from '../../ui/use-idle-preload'
import { PeopleTable } from './people-table'

const load = async () => ({ default: (await import('./create-user-dialog')).CreateUserDialog })
const CreateUserDialog = lazy(load)

export const PeopleDocument = graphql(`
  query People($first: Int!, $after: String) {
    users(first: $first, after: $after) {
      totalCount
      nodes {
        id
        ...PeopleTable_user
      }
      pageInfo {
        endCursor
        hasNextPage
      }
    }
  }
`)

const PAGE = 50

export function PeoplePage() {
  const t = useTranslations('people')
  const { data, error, refetch, fetchMore } = useQuery(PeopleDocument, { variables: { first: PAGE } })
  const [adding, setAdding] = useState<'never' | 'open' | 'closed'>('never')
  const [loadingMore, setLoadingMore] = useState(false)
  const users = data?.users
  useIdlePreload(load)
  const add = (
    <Button look="primary" onClick={() => setAdding('open')}>
      <UserPlus aria-hidden />
      {t('add')}
    </Button>
  )
  const showMore = async () => {
    setLoadingMore(true)
    // A failed page leaves the button: pressing it again is the way to try again.
    await fetchMore({ variables: { after: users?.pageInfo.endCursor ?? null } }).catch(() => {})
    setLoadingMore(false)
  }
  return (
    <>
      <PageHeader title={t('title')} action={users ? add : null}>
        {users ? t('lead', { count: users.totalCount }) : null}
      </PageHeader>
      {users ? (
        <div className="grid gap-4">
          <PeopleTable users={users.nodes} />
          {users.pageInfo.hasNextPage ? (
            <Button className="justify-self-start" pending={loadingMore} onClick={() => void showMore()}>
              {t('more')}
            </Button>
          ) : null}
          {users.totalCount === 1 ? (
            <EmptyState icon={UserPlus} title={t('aloneTitle')}>
              <p>{t('aloneBody')}</p>
            </EmptyState>
          ) : null}
        </div>
      ) : error ? (
        <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
      ) : (
        <Skeleton className="h-64 rounded-card!" />
      )}
      {adding === 'never' ? null : (
        <Suspense fallback={null}>
          <CreateUserDialog
            open={adding === 'open'}
            onOpenChange={(open) => setAdding(open ? 'open' : 'closed')}
            onCreated={() => void refetch().catch(() => {})}
          />
        </Suspense>
      )}
    </>
  )
}
