'use client'

import { useQuery } from '@apollo/client/react'
import { ArrowLeft, Ban, Lock, Trash2, UserX } from 'lucide-react'
import Link from 'next/link'
import { useSearchParams } from 'next/navigation'
import { lazy, Suspense } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Avatar } from '../../ui/avatar'
import { Card } from '../../ui/card'
import { EmptyState } from '../../ui/empty-state'
import { ErrorState } from '../../ui/error-state'
import { useDocumentTitle } from '../../ui/page-header'
import { Pill } from '../../ui/pill'
import { Skeleton } from '../../ui/skeleton'
import { useMe } from '../auth/session'
import { PeopleWords } from './people-words'
import { PersonAccess } from './person-access'
import { PersonRemoval } from './person-removal'

const AvatarEditor = lazy(async () => ({ default: (await import('./avatar-editor')).AvatarEditor }))
const KeysOfPerson = lazy(async () => ({ default: (await import('../keys/keys-of-person')).KeysOfPerson }))
const PersonForm = lazy(async () => ({ default: (await import('./person-form')).PersonForm }))
const PersonGroups = lazy(async () => ({ default: (await import('./person-groups')).PersonGroups }))

export const PersonDocument = graphql(`
  query Person($id: ID!) {
    user(id: $id) {
      id
      username
      role
      avatarUrl
      disabledAt
      isBeingDeleted
      ...PersonForm_user
      ...PersonAccess_user
      ...PersonGroups_user
    }
  }
`)

/** One account with all that an administrator may do to it. */
export function PersonPage() {
  const errors = useTranslations('errors')
  const me = useMe()
  if (me.role !== 'ADMIN') return <ErrorState icon={Lock} title={errors('deniedTitle')} message={errors('deniedMessage')} />
  return (
    <PeopleWords>
      <Person />
    </PeopleWords>
  )
}

function Person() {
  const t = useTranslations('people')
  const roles = useTranslations('shell.role')
  const id = useSearchParams().get('id') ?? ''
  const { data, error, refetch } = useQuery(PersonDocument, { variables: { id }, fetchPolicy: 'cache-and-network' })
  const user = data?.user
  useDocumentTitle(user?.username ?? t('title'))
  const back = (
    <Link href="/people" className="mb-4 inline-flex items-center gap-1.5 text-ink-soft hover:text-ink">
      <ArrowLeft aria-hidden className="size-4" />
      {t('person.back')}
    </Link>
  )
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!data) return <Skeleton className="h-96 rounded-card!" />
  if (!user)
    return (
      <>
        {back}
        <EmptyState icon={UserX} title={t('person.missingTitle')}>
          <p>{t('person.missingBody')}</p>
        </EmptyState>
      </>
    )
  return (
    <>
      {back}
      <header className="mb-6 flex items-center gap-4">
        <Avatar name={user.username} url={user.avatarUrl} size="large" />
        <div className="min-w-0">
          <h1 className="truncate font-semibold text-[22px] leading-7 tracking-[-0.01em]">{user.username}</h1>
          <div className="mt-1 flex flex-wrap items-center gap-2 text-ink-soft">
            {roles(user.role)}
            {user.isBeingDeleted ? (
              <Pill tone="bad" icon={Trash2}>
                {t('deleting')}
              </Pill>
            ) : user.disabledAt ? (
              <Pill tone="warn" icon={Ban}>
                {t('disabled')}
              </Pill>
            ) : null}
          </div>
        </div>
      </header>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <Suspense fallback={<Skeleton className="h-160 rounded-card!" />}>
          <PersonForm key={`${user.id} ${user.username} ${user.role}`} user={user} />
        </Suspense>
        <div className="grid gap-4">
          <PersonAccess user={user} />
          <Suspense fallback={<Skeleton className="h-40 rounded-card!" />}>
            <PersonGroups user={user} />
          </Suspense>
          <Card title={t('person.keys')}>
            <div className="mt-4">
              <Suspense fallback={<Skeleton className="h-16" />}>
                <KeysOfPerson ownerId={user.id} />
              </Suspense>
            </div>
          </Card>
          <Card title={t('person.picture')}>
            <Suspense fallback={<Skeleton className="mt-4 h-28" />}>
              <AvatarEditor who={user.id} name={user.username} url={user.avatarUrl} onChanged={() => void refetch().catch(() => {})} />
            </Suspense>
          </Card>
          <PersonRemoval id={user.id} username={user.username} />
        </div>
      </div>
    </>
  )
}
