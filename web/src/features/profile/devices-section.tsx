'use client'

import { useSubscription } from '@apollo/client/react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Skeleton } from '../../ui/skeleton'
import { useIdlePreload } from '../../ui/use-idle-preload'
import { DeviceItem, type EndableDevice } from './device-item'

export const MySessionsDocument = graphql(`
  subscription MySessions {
    mySessionsChanged {
      id
      isCurrent
      ...DeviceItem_session
    }
  }
`)

const loadDialog = async () => ({ default: (await import('./end-sessions-dialog')).EndSessionsDialog })
const EndSessionsDialog = lazy(loadDialog)

/** Where one is signed in, as it changes, and ending that. */
export function DevicesSection() {
  const t = useTranslations('profile.devices')
  const { data, error, restart } = useSubscription(MySessionsDocument)
  const [ending, setEnding] = useState<EndableDevice | 'others' | null>(null)
  useIdlePreload(loadDialog)
  if (error) return <FailureState error={error} onRetry={restart} />
  const sessions = data?.mySessionsChanged
  if (!sessions) return <Skeleton className="h-64 rounded-card!" />
  // This browser first; the rest keep the server's order, last used first.
  const ordered = [...sessions.filter(({ isCurrent }) => isCurrent), ...sessions.filter(({ isCurrent }) => !isCurrent)]
  const others = sessions.filter(({ isCurrent }) => !isCurrent).length
  return (
    <section aria-label={t('title')} className="grid gap-4">
      <div className="flex flex-wrap items-center justify-between gap-3">
        <p className="min-w-0 text-ink-soft">{t('lead')}</p>
        {others > 0 ? <Button onClick={() => setEnding('others')}>{t('endOthers', { count: others })}</Button> : null}
      </div>
      <ul className="divide-y divide-line rounded-card border border-line bg-surface shadow-low">
        {ordered.map((session) => (
          <DeviceItem key={session.id} session={session} onEnd={setEnding} />
        ))}
      </ul>
      {others === 0 ? <p className="text-[13px] text-ink-soft">{t('onlyHere')}</p> : null}
      {ending ? (
        <Suspense>
          <EndSessionsDialog what={ending} count={others} onClose={() => setEnding(null)} />
        </Suspense>
      ) : null}
    </section>
  )
}
