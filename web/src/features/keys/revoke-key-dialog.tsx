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
import type { RevocableKey } from './key-item'

export const RevokeKeyDocument = graphql(`
  mutation RevokeKey($id: ID!) {
    revokeApiKey(input: { id: $id }) {
      ... on ApiKey {
        id
      }
      ... on Problem {
        code
        message
      }
    }
  }
`)

/** Says what ends with the key, and ends it. */
export function RevokeKeyDialog({ apiKey, onClose, onRevoked }: { apiKey: RevocableKey; onClose: () => void; onRevoked: () => void }) {
  const t = useTranslations('keys')
  const shell = useTranslations('shell')
  const textOf = useFailureText()
  const [revoke, { loading }] = useMutation(RevokeKeyDocument)
  const [failure, setFailure] = useState<string>()
  const { id, name } = apiKey

  const run = async () => {
    setFailure(undefined)
    try {
      const result = (await revoke({ variables: { id } })).data?.revokeApiKey
      // Somebody else was faster: it is gone, which was wanted.
      if (!result || ('code' in result && result.code !== 'API_KEY_NOT_FOUND')) {
        setFailure(textOf(result ?? { code: 'INTERNAL', message: '' }))
        return
      }
      sayDone(t('revoked', { name }))
      onRevoked()
    } catch (error) {
      setFailure(textOf(readFailure(error)))
    }
  }

  return (
    <Dialog open onOpenChange={(open) => !open && onClose()} title={t('revokeTitle', { name })} closeLabel={shell('close')}>
      <div className="grid gap-5">
        <FormError message={failure} />
        <p>{t('revokeLead')}</p>
        <div className="flex justify-end gap-2">
          <Button look="quiet" onClick={onClose}>
            {t('cancel')}
          </Button>
          <Button look="danger" pending={loading} onClick={() => void run()}>
            {t('revoke')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
