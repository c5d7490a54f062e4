'use client'

import { useMutation } from '@apollo/client/react'
import { KeyRound } from 'lucide-react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { FormError } from '../../ui/form-error'
import { askPasskey } from '../factors/passkey-browser'
import { usePasskeyWords } from '../factors/use-passkey-words'
import { useConfirmIdentity } from './confirm-by-text'
import { settleConfirmation } from './confirmation-request'

const StartPasskeyConfirmationDocument = graphql(`
  mutation StartPasskeyConfirmation {
    startPasskeyConfirmation {
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

/** Confirms with one of the account's passkeys. */
export function ConfirmByPasskey() {
  const t = useTranslations('auth.confirm')
  const step = useTranslations('factors.step')
  const textOf = useFailureText()
  const wordsOf = usePasskeyWords()
  const [start] = useMutation(StartPasskeyConfirmationDocument)
  const confirm = useConfirmIdentity()
  const [state, setState] = useState<{ pending: boolean; failed?: string }>({ pending: false })

  const run = async () => {
    setState({ pending: true })
    try {
      const begun = (await start()).data?.startPasskeyConfirmation
      if (!begun || !('options' in begun)) return setState({ pending: false, failed: textOf(begun ?? { code: 'INTERNAL', message: '' }) })
      const passkey = await askPasskey(begun.options)
      const result = await confirm({ passkey })
      if ('code' in result) setState({ pending: false, failed: textOf(result) })
      else settleConfirmation(true)
    } catch (error) {
      setState({ pending: false, failed: wordsOf(error) })
    }
  }

  return (
    <div className="grid gap-4">
      <p className="text-ink-soft">{step('passkeyLead')}</p>
      <FormError message={state.failed} />
      <div className="flex justify-end gap-2">
        <Button look="quiet" onClick={() => settleConfirmation(false)}>
          {t('cancel')}
        </Button>
        <Button look="primary" pending={state.pending} onClick={() => void run()}>
          <KeyRound aria-hidden />
          {step('usePasskey')}
        </Button>
      </div>
    </div>
  )
}
