'use client'

import { useQuery } from '@apollo/client/react'
import { useRouter } from 'next/navigation'
import { type ReactNode, useEffect } from 'react'
import { FailureState } from '../../graphql/failure-state'
import type { SessionStateQuery } from '../../graphql/generated/graphql'
import { goOn, safeNext } from '../../graphql/session-end'
import { Skeleton } from '../../ui/skeleton'
import { SessionStateDocument } from './session'

type EntryPage = 'setup' | 'sign-in' | 'enrol'

/** Sends those to the right page who opened the wrong one: set up already, not set up yet, signed in already. */
export function EntryState({ page, children }: { page: EntryPage; children: ReactNode }) {
  const { data, error, refetch } = useQuery(SessionStateDocument, { fetchPolicy: 'network-only' })
  const router = useRouter()
  const target = data ? elsewhere(page, data) : null

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

/** Where one belongs instead; null on the right page. */
function elsewhere(page: EntryPage, { me, setup }: SessionStateQuery): string | null {
  const right: EntryPage | null = setup.required ? 'setup' : !me ? 'sign-in' : me.mustEnrol ? 'enrol' : null
  if (right === page) return null
  const next = new URLSearchParams(window.location.search).get('next')
  if (right === 'enrol' && next) return `/enrol?next=${encodeURIComponent(next)}`
  return right ? `/${right}` : safeNext(next)
}
