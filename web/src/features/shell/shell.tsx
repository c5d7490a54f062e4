'use client'

import { useQuery } from '@apollo/client/react'
import { lazy, type ReactNode, Suspense } from 'react'
import { useTranslations } from 'use-intl'
import { useConnection } from '../../graphql/connection'
import { graphql } from '../../graphql/generated'
import { ConfirmationHost } from '../auth/confirmation-host'
import { SessionGate } from '../auth/session'
import { useLiveArrays } from '../raid/use-live-arrays'
import { SimulatedBanner } from '../server/simulated-banner'
import { Rail } from './rail'
import { ShellSkeleton } from './shell-skeleton'
import { TopBar } from './top-bar'
import { useSilentRecovery } from './use-silent-recovery'

const Toaster = lazy(async () => ({ default: (await import('../../ui/toaster')).Toaster }))

const ShellDocument = graphql(`
  query Shell {
    server {
      ...SimulatedBanner_server
    }
  }
`)

/** What stays while pages change. */
export function Shell({ children }: { children: ReactNode }) {
  return (
    <SessionGate waiting={<ShellSkeleton />}>
      <ShellFrame>{children}</ShellFrame>
    </SessionGate>
  )
}

function ShellFrame({ children }: { children: ReactNode }) {
  const t = useTranslations('shell')
  const { data } = useQuery(ShellDocument)
  const { status } = useConnection()
  useLiveArrays()
  useSilentRecovery()
  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="-translate-y-16 fixed top-2 left-2 z-50 rounded-control bg-accent px-3 py-2 font-medium text-on-accent focus:translate-y-0"
      >
        {t('skip')}
      </a>
      <Rail />
      <div className="flex min-w-0 flex-1 flex-col">
        <TopBar />
        {data ? <SimulatedBanner server={data.server} /> : null}
        <main
          id="content"
          tabIndex={-1}
          data-connection={status}
          className="w-full max-w-[1480px] flex-1 px-4 pt-6 pb-24 focus:outline-none sm:px-6 sm:pt-7 sm:pb-10"
        >
          {children}
        </main>
      </div>
      <ConfirmationHost />
      <Suspense fallback={null}>
        <Toaster label={t('notifications')} />
      </Suspense>
    </div>
  )
}
