'use client'

import { useQuery } from '@apollo/client/react'
import { usePathname, useRouter } from 'next/navigation'
import { createContext, type ReactNode, use, useEffect } from 'react'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import type { SessionStateQuery } from '../../graphql/generated/graphql'

export const SessionStateDocument = graphql(`
  query SessionState {
    setup {
      required
    }
    me {
      id
      username
      role
      mustEnrol
      avatarUrl
    }
  }
`)

export type Me = NonNullable<SessionStateQuery['me']>

const MeContext = createContext<Me | null>(null)

/** Lets signed-in people through and sends everyone else where they can become that. */
export function SessionGate({ waiting, children }: { waiting: ReactNode; children: ReactNode }) {
  const { data, error, refetch } = useQuery(SessionStateDocument)
  const router = useRouter()
  const pathname = usePathname()
  const me = data?.me
  const setupRequired = data?.setup.required ?? false

  useEffect(() => {
    const here = pathname + window.location.search
    if (me?.mustEnrol) router.replace(here === '/' ? '/enrol' : `/enrol?next=${encodeURIComponent(here)}`)
    if (!data || me) return
    if (setupRequired) {
      router.replace('/setup')
      return
    }
    router.replace(here === '/' ? '/sign-in' : `/sign-in?next=${encodeURIComponent(here)}`)
  }, [data, me, setupRequired, router, pathname])

  if (me && !me.mustEnrol) return <MeContext value={me}>{children}</MeContext>
  if (error) {
    return (
      <main className="p-6 sm:p-10">
        <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
      </main>
    )
  }
  return waiting
}

/** Who is signed in. Inside the dashboard there is always someone. */
export function useMe(): Me {
  const me = use(MeContext)
  if (!me) throw new Error('useMe outside SessionGate')
  return me
}
