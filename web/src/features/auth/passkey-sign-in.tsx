'use client'

import { useMutation } from '@apollo/client/react'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { FormError } from '../../ui/form-error'
import { FactorWords } from '../factors/factor-words'
import { askPasskey } from '../factors/passkey-browser'
import { usePasskeyWords } from '../factors/use-passkey-words'

const StartPasskeySignInDocument = graphql(`
  mutation StartPasskeySignIn {
    startPasskeySignIn {
      ... on PasskeyOptions {
        options
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

const SignInWithPasskeyDocument = graphql(`
  mutation SignInWithPasskey($input: SignInWithPasskeyInput!) {
    signInWithPasskey(input: $input) {
      ... on Session {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** Signs in without a name or a password. */
export function PasskeySignIn({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  return (
    <FactorWords>
      <Ceremony onSignedIn={onSignedIn} />
    </FactorWords>
  )
}

function Ceremony({ onSignedIn }: { onSignedIn: () => Promise<void> }) {
  const t = useTranslations('auth')
  const textOf = useFailureText()
  const wordsOf = usePasskeyWords()
  const [start] = useMutation(StartPasskeySignInDocument)
  const [finish] = useMutation(SignInWithPasskeyDocument)
  const [state, setState] = useState<{ pending: boolean; failed?: string }>({ pending: false })

  const signIn = async () => {
    setState({ pending: true })
    try {
      const begun = (await start()).data?.startPasskeySignIn
      if (!begun || !('options' in begun)) return setState({ pending: false, failed: textOf(begun ?? { code: 'INTERNAL', message: '' }) })
      const passkey = await askPasskey(begun.options)
      const result = (await finish({ variables: { input: { passkey } } })).data?.signInWithPasskey
      if (result && !('code' in result)) await onSignedIn()
      else setState({ pending: false, failed: textOf(result ?? { code: 'INTERNAL', message: '' }) })
    } catch (error) {
      setState({ pending: false, failed: wordsOf(error) })
    }
  }

  return (
    <div className="grid gap-3">
      <Button size="large" pending={state.pending} onClick={() => void signIn()}>
        <KeyRound aria-hidden />
        {t('withPasskey')}
      </Button>
      <FormError message={state.failed} />
    </div>
  )
}
