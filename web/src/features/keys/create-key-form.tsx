'use client'

import { useMutation } from '@apollo/client/react'
import { useTranslations } from 'use-intl'
import { graphql } from '../../graphql/generated'
import { useConfirmed } from '../auth/use-confirmed'
import { KeyForm, type KeyWish } from './key-form'

export const CreateKeyDocument = graphql(`
  mutation CreateKey($input: CreateApiKeyInput!) {
    createApiKey(input: $input) {
      ... on ApiKeyCreated {
        key
        apiKey {
          id
        }
      }
      ... on Problem {
        code
        field
        message
      }
    }
  }
`)

export function CreateKeyForm({ onCancel, onCreated }: { onCancel: () => void; onCreated: (key: string) => void }) {
  const t = useTranslations('keys')
  const confirmed = useConfirmed()
  // What comes back holds the key: it must not stay in the cache.
  const [createKey] = useMutation(CreateKeyDocument, { fetchPolicy: 'no-cache' })
  const send = async ({ expiresAt = null, ...wish }: KeyWish) => {
    const answer = await confirmed(() => createKey({ variables: { input: { ...wish, expiresAt } } }))
    if (!answer) return null
    const result = answer.data?.createApiKey
    if (!result || 'code' in result) return result ?? { code: 'INTERNAL', message: '' }
    onCreated(result.key)
    return null
  }
  return <KeyForm action={t('create')} send={send} onCancel={onCancel} />
}
