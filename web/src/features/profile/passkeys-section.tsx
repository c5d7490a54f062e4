'use client'

import { useQuery } from '@apollo/client/react'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { FailureState } from '../../graphql/failure-state'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Card } from '../../ui/card'
import { Dialog } from '../../ui/dialog'
import { EmptyState } from '../../ui/empty-state'
import { Skeleton } from '../../ui/skeleton'
import { sayDone } from '../../ui/toast'
import { FactorWords } from '../factors/factor-words'
import { passkeyObstacle } from '../factors/passkey-browser'
import { PasskeyEnrolment } from '../factors/passkey-enrolment'
import { PasskeyItem } from '../factors/passkey-item'

export const PasskeysDocument = graphql(`
  query Passkeys {
    me {
      id
      username
    }
    passkeys {
      id
      ...PasskeyItem_passkey
    }
  }
`)

/** One's own passkeys. */
export function PasskeysSection() {
  return (
    <FactorWords waiting={<Skeleton className="h-40 rounded-card!" />}>
      <Passkeys />
    </FactorWords>
  )
}

function Passkeys() {
  const t = useTranslations('factors.keys')
  const shell = useTranslations('shell')
  const { data, error, refetch } = useQuery(PasskeysDocument, { fetchPolicy: 'cache-and-network' })
  const [adding, setAdding] = useState(false)
  if (error && !data) return <FailureState error={error} onRetry={() => void refetch().catch(() => {})} />
  if (!data?.me) return <Skeleton className="h-40 rounded-card!" />
  const { me, passkeys } = data
  const obstacle = passkeyObstacle()
  const onChanged = () => void refetch().catch(() => {})

  const add = (
    <div className="grid justify-items-start gap-2">
      <Button look="primary" disabled={obstacle !== null} onClick={() => setAdding(true)}>
        {t('add')}
      </Button>
      {obstacle ? <p className="max-w-[60ch] text-[13px] text-ink-soft">{t(obstacle)}</p> : null}
    </div>
  )
  return (
    <div className="grid max-w-3xl gap-4">
      {passkeys.length === 0 ? (
        <EmptyState icon={KeyRound} title={t('none')} action={add}>
          <p>{t('lead')}</p>
        </EmptyState>
      ) : (
        <Card title={t('title')}>
          <p className="mt-3 max-w-[60ch] text-ink-soft">{t('lead')}</p>
          <ul className="mt-2 mb-3 divide-y divide-line">
            {passkeys.map((passkey) => (
              <PasskeyItem key={passkey.id} passkey={passkey} onChanged={onChanged} />
            ))}
          </ul>
          {add}
        </Card>
      )}
      <Dialog
        open={adding}
        onOpenChange={(open) => {
          setAdding(open)
          if (!open) onChanged()
        }}
        title={t('addTitle')}
        description={t('addLead')}
        closeLabel={shell('close')}
      >
        <PasskeyEnrolment
          username={me.username}
          onCancel={() => setAdding(false)}
          onDone={() => {
            setAdding(false)
            sayDone(t('added'))
            onChanged()
          }}
        />
      </Dialog>
    </div>
  )
}
