'use client'

import { useRouter } from 'next/navigation'
import { lazy, Suspense, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useGraph } from '../../graphql/graph-provider'
import { goOn, safeNext } from '../../graphql/session-end'
import { useDocumentTitle } from '../../ui/page-header'
import { Skeleton } from '../../ui/skeleton'
import { EntryFrame } from './entry-frame'
import { EntryState } from './entry-state'
import { mayUsePasskeys } from './may-use-passkeys'
import { type HalfSignedIn, SignInForm } from './sign-in-form'

const SecondStep = lazy(async () => ({ default: (await import('./second-step')).SecondStep }))
const PasskeySignIn = lazy(async () => ({ default: (await import('./passkey-sign-in')).PasskeySignIn }))

export function SignIn() {
  const t = useTranslations('auth')
  useDocumentTitle(t('signInTitle'))
  return (
    <EntryFrame title={t('signInTitle')}>
      <EntryState page="sign-in">
        <Steps />
      </EntryState>
    </EntryFrame>
  )
}

/** The password, then the second factor where there is one; or a passkey in place of both. */
function Steps() {
  const t = useTranslations('auth')
  const router = useRouter()
  const { client } = useGraph()
  const [half, setHalf] = useState<HalfSignedIn | null>(null)
  const [words, setWords] = useState<string>()

  const onSignedIn = async () => {
    await client.clearStore()
    goOn(safeNext(new URLSearchParams(window.location.search).get('next')), router)
  }
  const onBack = (why?: string) => {
    setWords(why)
    setHalf(null)
  }

  if (half) {
    return (
      <Suspense fallback={<Skeleton className="h-64" />}>
        <SecondStep challenge={half.challenge} methods={half.methods} onSignedIn={onSignedIn} onBack={onBack} />
      </Suspense>
    )
  }
  return (
    <div className="grid gap-4">
      <SignInForm words={words} onSignedIn={onSignedIn} onHalf={setHalf} />
      {mayUsePasskeys() ? (
        <>
          <p aria-hidden className="text-center text-[13px] text-ink-soft">
            {t('or')}
          </p>
          <Suspense fallback={<Skeleton className="h-11" />}>
            <PasskeySignIn onSignedIn={onSignedIn} />
          </Suspense>
        </>
      ) : null}
    </div>
  )
}
