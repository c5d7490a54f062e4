'use client'

import { useMutation } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import type { KeyItem_KeyFragment } from '../../graphql/generated/graphql'
import { Dialog } from '../../ui/dialog'
import { sayDone } from '../../ui/toast'
import { useConfirmed } from '../auth/use-confirmed'
import { KeyForm, type KeyWish } from './key-form'

export const UpdateKeyDocument = graphql(`
  mutation UpdateKey($input: UpdateApiKeyInput!) {
    updateApiKey(input: $input) {
      ... on ApiKey {
        id
        ...KeyItem_key
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

/** Changes what one's own key is called, may do, and until when and from where. Its text stays the same. */
export function EditKeyDialog({ apiKey, onClose }: { apiKey: KeyItem_KeyFragment; onClose: () => void }) {
  const t = useTranslations('keys')
  const shell = useTranslations('shell')
  const confirmed = useConfirmed()
  const [updateKey] = useMutation(UpdateKeyDocument)
  const send = async (wish: KeyWish) => {
    const answer = await confirmed(() => updateKey({ variables: { input: { id: apiKey.id, ...wish } } }))
    if (!answer) return null
    const result = answer.data?.updateApiKey
    if (!result || 'code' in result) return result ?? { code: 'INTERNAL', message: '' }
    sayDone(t('changed', { name: wish.name }))
    onClose()
    return null
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && onClose()}
      title={t('editTitle', { name: apiKey.name })}
      description={t('editLead')}
      closeLabel={shell('close')}
      width="wide"
    >
      <KeyForm present={apiKey} action={t('save')} send={send} onCancel={onClose} />
    </Dialog>
  )
}
