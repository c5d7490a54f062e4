'use client'

import { useQuery } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FactorWords } from '../factors/factor-words'
import { passkeyObstacle } from '../factors/passkey-browser'
import { ConfirmByPasskey } from './confirm-by-passkey'
import { ConfirmByText } from './confirm-by-text'
import { settleConfirmation } from './confirmation-request'

export const ConfirmationWaysDocument = graphql(`
  query ConfirmationWays {
    twoFactor {
      totpSince
      passkeyCount
    }
  }
`)

type Way = 'password' | 'code' | 'passkey'

const words = { password: 'usePassword', code: 'useCode', passkey: 'usePasskey' } as const

/** Asks once more who is there, before what cannot be undone. */
export function ConfirmIdentityDialog() {
  const t = useTranslations('auth.confirm')
  const shell = useTranslations('shell')
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : settleConfirmation(false))}
      title={t('title')}
      description={t('lead')}
      closeLabel={shell('close')}
    >
      <FactorWords>
        <Ways />
      </FactorWords>
    </Dialog>
  )
}

/** The password is always offered; what else there is comes when it is known. */
function Ways() {
  const t = useTranslations('auth.confirm')
  const [way, setWay] = useState<Way>('password')
  const { data } = useQuery(ConfirmationWaysDocument, { fetchPolicy: 'network-only' })
  const ways: Way[] = ['password']
  if (data?.twoFactor.totpSince) ways.push('code')
  if (data && data.twoFactor.passkeyCount > 0 && passkeyObstacle() === null) ways.push('passkey')
  const others = ways.filter((each) => each !== way)
  return (
    <div className="grid gap-4">
      {way === 'passkey' ? <ConfirmByPasskey /> : <ConfirmByText key={way} what={way} />}
      {others.length > 0 ? (
        <div className="flex flex-wrap gap-1">
          {others.map((each) => (
            <Button key={each} look="quiet" size="small" className="first:-ml-2.5" onClick={() => setWay(each)}>
              {t(words[each])}
            </Button>
          ))}
        </div>
      ) : null}
    </div>
  )
}
