'use client'

import { useQuery } from '@apollo/client/react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect } from 'react'
import { FailureState } from '../../graphql/failure-state'
import { goOn, safeNext } from '../../graphql/session-end'
import { Skeleton } from '../../ui/skeleton'
import { SessionStateDocument } from './session'

/** Sends those to the right page who opened the wrong one: set up already, not set up yet, signed in already. */
export function EntryState({ page, children }: { page: 'setup' | 'sign-in'; children: ReactNode }) {
  const { data, error, refetch } = useQuery(SessionStateDocument, { fetchPolicy: 'network-only' })
  const router = useRouter()
  const target = !data
    ? null
    : data.setup.required
      ? page === 'setup'
        ? null
        : '/setup'
      : data.me
        ? safeNext(new URLSearchParams(window.location.search).get('next'))
        : page === 'sign-in'
          ? null
          : '/sign-in'

  useEffect(() => {
    if (target) goOn(target, router)
  }, [target, router])

  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!data || target) {
    return (
      <div className="grid gap-5">
        <Skeleton className="h-16" />
        <Skeleton className="h-16" />
        <Skeleton className="h-11" />
      </div>
    )
  }
  return children
}
