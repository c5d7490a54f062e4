'use client'

import { useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { readFailure } from '../../graphql/failure'
import { graphql } from '../../graphql/generated'
import { useFailureText } from '../../messages/use-failure-text'
import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { FormError } from '../../ui/form-error'
import { sayDone } from '../../ui/toast'
import { useConfirmed } from '../auth/use-confirmed'

export const ResetTwoFactorDocument = graphql(`
  mutation ResetTwoFactor($userId: ID!) {
    resetTwoFactor(input: { userId: $userId }) {
      ... on User {
        id
        hasTwoFactor
        sessionCount
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** For somebody who has lost their second factor: says what goes with it, and takes it away. */
export function ResetFactorsDialog({ userId, name, onClose }: { userId: string; name: string; onClose: () => void }) {
  const t = useTranslations('people')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const confirmed = useConfirmed()
  const [reset, { loading }] = useMutation(ResetTwoFactorDocument)
  const [failure, setFailure] = useState<string>()

  const run = async () => {
    setFailure(undefined)
    try {
      const answer = await confirmed(() => reset({ variables: { userId } }))
      if (!answer) return
      const result = answer.data?.resetTwoFactor
      if (!result || 'code' in result) {
        setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
        return
      }
      sayDone(t('person.resetFactorsDone', { name }))
      onClose()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }

  return (
    <Dialog open onOpenChange={(next) => !next && onClose()} title={t('person.resetFactorsTitle', { name })} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t('person.resetFactorsBody', { name })}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" pending={loading} onClick={() => void run()}>
            {t('person.resetFactors')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
