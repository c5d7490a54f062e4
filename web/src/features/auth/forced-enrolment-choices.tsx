'use client'

import { useQuery } from '@apollo/client/react'
import { KeyRound, Smartphone } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useGraph } from '../../graphql/graph-provider'
import { goOn, safeNext } from '../../graphql/session-end'
import { Button } from '../../ui/button'
import { useDocumentTitle } from '../../ui/page-header'
import { FactorWords } from '../factors/factor-words'
import { passkeyObstacle } from '../factors/passkey-browser'
import { PasskeyEnrolment } from '../factors/passkey-enrolment'
import { TotpEnrolment } from '../factors/totp-enrolment'
import { SessionStateDocument } from './session'
import { useSignOut } from './use-sign-out'

/** An authenticator app, or a passkey where the browser has them. */
export function ForcedEnrolmentChoices() {
  return (
    <FactorWords>
      <Choices />
    </FactorWords>
  )
}

function Choices() {
  const t = useTranslations('factors.forced')
  const keys = useTranslations('factors.keys')
  const router = useRouter()
  const { client } = useGraph()
  const { signOut, pending } = useSignOut()
  const { data } = useQuery(SessionStateDocument, { fetchPolicy: 'cache-first' })
  const [chosen, setChosen] = useState<'app' | 'passkey' | null>(null)
  useDocumentTitle(t('title'))
  const username = data?.me?.username ?? ''
  const obstacle = passkeyObstacle()

  const onDone = async () => {
    await client.clearStore()
    goOn(safeNext(new URLSearchParams(window.location.search).get('next')), router)
  }

  if (chosen === 'app') return <TotpEnrolment username={username} onDone={() => void onDone()} onCancel={() => setChosen(null)} />
  if (chosen === 'passkey') return <PasskeyEnrolment username={username} onDone={() => void onDone()} onCancel={() => setChosen(null)} />
  return (
    <div className="grid gap-3">
      <Button look="primary" size="large" onClick={() => setChosen('app')}>
        <Smartphone aria-hidden />
        {t('app')}
      </Button>
      <Button size="large" disabled={obstacle !== null} onClick={() => setChosen('passkey')}>
        <KeyRound aria-hidden />
        {t('passkey')}
      </Button>
      {obstacle ? <p className="text-[13px] text-ink-soft">{keys(obstacle)}</p> : null}
      <Button look="quiet" pending={pending} onClick={() => void signOut()}>
        {t('signOut')}
      </Button>
    </div>
  )
}
