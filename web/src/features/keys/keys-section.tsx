'use client'

import { useQuery } from '@apollo/client/react'
import { KeyRound, Plus } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { EmptyState } from '../../ui/empty-state'
import { Skeleton } from '../../ui/skeleton'
import { useIdlePreload } from '../../ui/use-idle-preload'
import { KeyList } from './key-list'
import { KeyWords } from './key-words'

export const OwnKeysDocument = graphql(`
  query OwnKeys {
    apiKeys {
      id
      ...KeyItem_key
    }
  }
`)

const loadDialog = async () => ({ default: (await import('./create-key-dialog')).CreateKeyDialog })
const CreateKeyDialog = lazy(loadDialog)

/** One's own API keys: what there is, making one, ending one. */
export function KeysSection() {
  return (
    <KeyWords waiting={<Skeleton className="h-64 rounded-card!" />}>
      <OwnKeys />
    </KeyWords>
  )
}

function OwnKeys() {
  const t = useTranslations('keys')
  const { data, error, refetch } = useQuery(OwnKeysDocument, { fetchPolicy: 'cache-and-network' })
  const [creating, setCreating] = useState(false)
  useIdlePreload(loadDialog)
  const reload = () => void refetch().catch(() => {})

  if (error && !data) return <FailureState error={error} onRetry={reload} />
  if (!data) return <Skeleton className="h-64 rounded-card!" />
  const add = (
    <Button look="primary" onClick={() => setCreating(true)}>
      <Plus aria-hidden />
      {t('add')}
    </Button>
  )
  return (
    <section aria-label={t('title')} className="grid gap-4">
      {data.apiKeys.length === 0 ? (
        <EmptyState icon={KeyRound} title={t('empty')} action={add}>
          <p>{t('emptyLead')}</p>
        </EmptyState>
      ) : (
        <>
          <div className="flex flex-wrap items-center justify-between gap-3">
            <p className="text-ink-soft">{t('lead')}</p>
            {add}
          </div>
          <KeyList own keys={data.apiKeys} onChanged={reload} />
        </>
      )}
      {creating ? (
        <Suspense>
          <CreateKeyDialog onClose={() => setCreating(false)} onCreated={reload} />
        </Suspense>
      ) : null}
    </section>
  )
}
