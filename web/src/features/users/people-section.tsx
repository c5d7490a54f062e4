'use client'

import { useQuery } from '@apollo/client/react'
import { SearchX, UserPlus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Skeleton } from '../../ui/skeleton'
import { useIdlePreload } from '../../ui/use-idle-preload'
import { isFiltered, toUserFilter, usePeopleFilter } from './people-filter'
import { PeopleFilterBar } from './people-filter-bar'
import { PeopleTable } from './people-table'

const load = async () => ({ default: (await import('./create-user-dialog')).CreateUserDialog })
const CreateUserDialog = lazy(load)

export const PeopleDocument = graphql(`
  query People($first: Int!, $after: String, $filter: UserFilter, $orderBy: UserOrder) {
    userCounts {
      total
      disabled
      admins
      users
      viewers
    }
    users(first: $first, after: $after, filter: $filter, orderBy: $orderBy) {
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

/** The list of accounts, found and ordered as the address says. */
export function PeopleSection() {
  const t = useTranslations('people')
  const [filter, change] = usePeopleFilter()
  const variables = { first: PAGE, filter: toUserFilter(filter), orderBy: filter.order }
  // What is in the list may have been changed on another page meanwhile.
  const {
    data: current,
    previousData,
    error,
    refetch,
    fetchMore,
  } = useQuery(PeopleDocument, { variables, fetchPolicy: 'cache-and-network' })
  const [adding, setAdding] = useState<'never' | 'open' | 'closed'>('never')
  const [loadingMore, setLoadingMore] = useState(false)
  // While the next answer is on its way the last one stays: a list must not blink with each letter.
  const data = current ?? previousData
  const users = data?.users
  useIdlePreload(load)
  const showMore = async () => {
    setLoadingMore(true)
    // A failed page leaves the button: pressing it again is the way to try again.
    await fetchMore({ variables: { after: users?.pageInfo.endCursor ?? null } }).catch(() => {})
    setLoadingMore(false)
  }
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!users) return <Skeleton className="h-96 rounded-card!" />
  return (
    <div className="grid gap-4">
      <div className="flex flex-wrap items-center gap-x-6 gap-y-3">
        <div className="min-w-0 flex-1 basis-64 text-ink-soft">
          <p>{t('lead', { count: data.userCounts.total })}</p>
          <p className="text-[13px]">{t('counts', data.userCounts)}</p>
        </div>
        <Button look="primary" onClick={() => setAdding('open')}>
          <UserPlus aria-hidden />
          {t('add')}
        </Button>
      </div>
      <PeopleFilterBar filter={filter} onChange={change} />
      <p role="status" className={isFiltered(filter) ? 'text-[13px] text-ink-soft' : 'sr-only'}>
        {isFiltered(filter) ? t('found', { count: users.totalCount }) : ''}
      </p>
      {users.totalCount === 0 ? (
        <EmptyState
          icon={SearchX}
          title={t('nobodyTitle')}
          action={<Button onClick={() => change({ search: '', role: '', state: '', group: '' })}>{t('clearFilters')}</Button>}
        >
          <p>{t('nobodyBody')}</p>
        </EmptyState>
      ) : (
        <PeopleTable users={users.nodes} order={filter.order} onOrder={(order) => change({ order })} />
      )}
      {users.pageInfo.hasNextPage ? (
        <Button className="justify-self-start" pending={loadingMore} onClick={() => void showMore()}>
          {t('more')}
        </Button>
      ) : null}
      {data.userCounts.total === 1 ? (
        <EmptyState icon={UserPlus} title={t('aloneTitle')}>
          <p>{t('aloneBody')}</p>
        </EmptyState>
      ) : null}
      {adding === 'never' ? null : (
        <Suspense fallback={null}>
          <CreateUserDialog
            open={adding === 'open'}
            onOpenChange={(open) => setAdding(open ? 'open' : 'closed')}
            onCreated={() => void refetch().catch(() => {})}
          />
        </Suspense>
      )}
    </div>
  )
}
